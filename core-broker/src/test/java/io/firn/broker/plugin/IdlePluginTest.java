package io.firn.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin with one thing of each kind, and nothing to do, in a broker without clients. */
final class IdlePluginTest {

    /** Of one core, over the span: a look of the watch takes some microseconds, ten times a second. */
    private static final double MOST_OF_A_CORE = 0.005;

    private static final Duration SPAN = Duration.ofSeconds(2);

    @Test
    void usesNoProcessorTime(@TempDir Path root) {
        try (PluggedBroker broker = new PluggedBroker(root)) {
            System.setProperty("firn.test.well", "true");
            for (Bad kind : Bad.values()) {
                if (kind != Bad.TASK && kind != Bad.QUEUE_FACTORY) {
                    kind.jar("").with("Plugin-Id", kind.id()).into(broker.jars, kind.id() + ".jar");
                }
            }
            broker.open();
            broker.send("m");
            await().atMost(PluggedBroker.PATIENCE)
                    .until(() -> broker.broker().metric("firn_plugin_dispatcher_lag_bytes") == 0);
            Map<Long, Long> before = cpuOfPlugins();
            long from = System.nanoTime();

            await().atMost(PluggedBroker.PATIENCE)
                    .pollInterval(SPAN)
                    .until(() -> System.nanoTime() - from >= SPAN.toNanos());

            long used = 0;
            for (Map.Entry<Long, Long> after : cpuOfPlugins().entrySet()) {
                used += after.getValue() - before.getOrDefault(after.getKey(), 0L);
            }
            long span = System.nanoTime() - from;
            assertThat((double) used / span)
                    .as("%d ns of processor time in %d ns", used, span)
                    .isLessThan(MOST_OF_A_CORE);
        } finally {
            System.clearProperty("firn.test.well");
        }
    }

    /** By thread: of those that exist only because there are plugins. */
    private static Map<Long, Long> cpuOfPlugins() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Map<Long, Long> cpu = new HashMap<>();
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith("firn-plugin-")) {
                cpu.put(thread.getThreadId(), Math.max(0, threads.getThreadCpuTime(thread.getThreadId())));
            }
        }
        return cpu;
    }
}
