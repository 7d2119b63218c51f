package io.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.testkit.sample.Journal;
import io.firn.testkit.sample.Leaky;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class CrashTest {

    private static final int SENDERS = 4;

    @Test
    @FirnTest(plugin = Journal.class)
    void keepsWhatWasAcknowledgedAndAsksNoPluginToStop(FirnBroker broker) throws Exception {
        broker.topic("t").queues(1).create();
        broker.send("t", "k1", "one");

        broker.crash();
        assertThat(broker.isRunning()).isFalse();
        broker.start();
        broker.send("t", "k2", "two");

        assertThat(broker.pull("t").bodies()).containsExactly("one", "two");
        assertThat(broker.plugin().dataDir().resolve("stopped")).doesNotExist();
        broker.stop();
        assertThat(broker.plugin("journal").dataDir().resolve("stopped")).hasContent("SHUTDOWN");
    }

    @Test
    @FirnTest(plugin = Journal.class)
    void losesNothingAcknowledgedUnderLoadAndShowsItToADispatcherAtLeastOnce(FirnBroker broker) throws Exception {
        broker.topic("t").queues(1).create();
        ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
        CountDownLatch some = new CountDownLatch(200);
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            String name = "sender-" + i;
            senders.add(Thread.ofVirtual().start(() -> sendUntilRefused(broker, name, acknowledged, some)));
        }
        some.await();

        broker.crash();
        for (Thread sender : senders) {
            sender.join();
        }
        broker.start();

        assertThat(broker.pull("t").keys()).containsAll(acknowledged);
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(60))
                .until(() -> broker.plugin().isCaughtUp("journal"));
        List<Long> journal = Files.readAllLines(broker.plugin().dataDir().resolve("keys")).stream()
                .map(Long::valueOf)
                .toList();
        assertThat(journal.stream().distinct())
                .hasSameSizeAs(broker.pull("t").messages())
                .isSorted();
    }

    private static void sendUntilRefused(
            FirnBroker broker, String name, ConcurrentLinkedQueue<String> acknowledged, CountDownLatch some) {
        try {
            for (int i = 0; ; i++) {
                String key = name + "-" + i;
                broker.send("t", key, "body");
                acknowledged.add(key);
                some.countDown();
            }
        } catch (Exception e) {
            // the broker is dead: that is what the test waits for
            assertThat(e).isNotNull();
        }
    }

    @Test
    void refusesToGoOnWhenAPluginsThreadDoes() throws IOException {
        System.clearProperty(Leaky.END);
        try (FirnBroker broker = FirnBroker.builder().plugin(Leaky.class).open()) {
            assertThatThrownBy(broker::crash)
                    .hasMessageContaining("goes on after the crash")
                    .hasMessageContaining("leaky");
        } finally {
            System.setProperty(Leaky.END, "now");
        }
    }
}
