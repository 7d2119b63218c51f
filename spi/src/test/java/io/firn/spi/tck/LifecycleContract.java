package io.firn.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.StopReason;
import io.firn.spi.StopReport;
import io.firn.spi.fake.FakeContext;
import io.firn.spi.fake.FakeRegistrar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broker relies on in every {@link BrokerPlugin}: it comes, goes and comes again, and leaves nothing behind. */
public abstract class LifecycleContract {

    private static final int CYCLES = 50;
    private static final Duration GRACE = Duration.ofSeconds(10);

    @TempDir
    private Path dir;

    /** A new plugin, by its constructor without parameters. */
    protected abstract BrokerPlugin plugin();

    /** What {@link FakeContext#config} gives. */
    protected Record[] configs() {
        return new Record[0];
    }

    /** How long the plugin's own threads may take to end after its stop. */
    protected Duration limit() {
        return Duration.ofSeconds(30);
    }

    @Test
    void doesNothingWhenItIsMade() throws IOException {
        Set<Thread> before = threads();
        BrokerPlugin made = plugin();
        assertThat(newThreads(before)).as("threads after making %s", made).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void registersSomething() throws Exception {
        try (FakeContext context = new FakeContext(dir, configs())) {
            BrokerPlugin plugin = plugin();
            plugin.start(context);
            assertThat(context.register().all()).isNotEmpty();
            plugin.stop(StopReason.SHUTDOWN, GRACE);
        }
    }

    @Test
    void registersNothingAfterItsStart() throws Exception {
        try (FakeContext context = new FakeContext(dir, configs())) {
            BrokerPlugin plugin = plugin();
            plugin.start(context);
            context.register().end();
            List<FakeRegistrar.Registered> registered = context.register().all();
            context.clock().advance(Duration.ofDays(1));
            context.scheduler().runDue();
            plugin.stop(StopReason.SHUTDOWN, GRACE);
            assertThat(registered).containsAll(context.register().all());
        }
    }

    @Test
    void reportsAtEveryStop() throws Exception {
        for (StopReason reason : StopReason.values()) {
            try (FakeContext context = new FakeContext(dir, configs())) {
                BrokerPlugin plugin = plugin();
                plugin.start(context);
                StopReport report = plugin.stop(reason, GRACE);
                assertThat(report).as("%s", reason).isNotNull();
            }
        }
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        Set<Thread> before = threads();
        cycle();
        long begun = System.nanoTime();
        Set<Thread> left = newThreads(before);
        while (!left.isEmpty() && System.nanoTime() - begun < limit().toNanos()) {
            LockSupport.parkNanos(100_000);
            left.removeIf(thread -> !thread.isAlive());
        }
        assertThat(left).as("threads after stop").isEmpty();
    }

    @Test
    void closesWhatItLeased() throws Exception {
        try (FakeContext context = new FakeContext(dir, configs())) {
            BrokerPlugin plugin = plugin();
            plugin.start(context);
            plugin.stop(StopReason.SHUTDOWN, GRACE);
            assertThat(context.reader().open())
                    .as("leases and cursors left open")
                    .isZero();
        }
    }

    @Test
    void comesAndGoesManyTimes() throws Exception {
        Set<Thread> before = threads();
        for (int i = 0; i < CYCLES; i++) {
            cycle();
        }
        assertThat(newThreads(before)).as("threads after %d cycles", CYCLES).hasSizeLessThan(CYCLES);
    }

    @Test
    void writesOnlyToItsOwnDirectory() throws Exception {
        cycle();
        assertThat(files())
                .allSatisfy(file ->
                        assertThat(file.startsWith("plugins")).as("%s", file).isTrue());
    }

    @Test
    void stopsAfterAStartThatFailed() throws Exception {
        try (FakeContext context = new FakeContext(dir, configs())) {
            context.register().end();
            BrokerPlugin plugin = plugin();
            try {
                plugin.start(context);
            } catch (Exception expected) {
                assertThat(expected).hasMessageContaining("registering ends with start");
            }
            assertThat(plugin.stop(StopReason.FAILURE, GRACE)).isNotNull();
        }
    }

    private void cycle() throws Exception {
        try (FakeContext context = new FakeContext(dir, configs())) {
            BrokerPlugin plugin = plugin();
            plugin.start(context);
            plugin.stop(StopReason.DISABLE, GRACE);
        }
    }

    private Set<Path> files() throws IOException {
        try (Stream<Path> walk = Files.walk(dir)) {
            Set<Path> found = new TreeSet<>();
            walk.filter(Files::isRegularFile).map(dir::relativize).forEach(found::add);
            return found;
        }
    }

    private static Set<Thread> newThreads(Set<Thread> before) {
        Set<Thread> now = threads();
        now.removeAll(before);
        // the JVM and the fakes' virtual threads have helpers of their own, none of which the plugin made
        now.removeIf(
                thread -> thread.getThreadGroup() == null || thread.getName().startsWith("ForkJoinPool"));
        return now;
    }

    private static Set<Thread> threads() {
        return new HashSet<>(Thread.getAllStackTraces().keySet());
    }
}
