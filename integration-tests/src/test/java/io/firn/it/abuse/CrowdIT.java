package io.firn.it.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.RawFrame;
import io.firn.it.harness.Sut;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Ten thousand idle connections, and clients that ask for more than they read, against a broker with a small heap. */
final class CrowdIT {

    private static final int WANTED_CONNECTIONS = 10_000;
    private static final int FEWEST_CONNECTIONS = 9_000;
    private static final int SPARE_DESCRIPTORS = 1_000;

    private Sut sut;
    private StockProof proof;
    private Footprint footprint;

    @BeforeEach
    void start(@TempDir Path directory) {
        sut = Sut.start(BrokerSpec.in(directory.resolve("broker")));
        proof = new StockProof(sut, directory);
        proof.sendAndRead();
        footprint = Footprint.of(sut);
    }

    @AfterEach
    void stop() {
        proof.close();
        sut.close();
    }

    @Test
    void tenThousandIdleConnectionsAreHeldBesideABusyOne(TestReporter reporter) throws IOException {
        // the broker inherits this process's limit, and each side needs a descriptor for each connection
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        int count = (int) Math.min(WANTED_CONNECTIONS, system.getMaxFileDescriptorCount() - SPARE_DESCRIPTORS);
        reporter.publishEntry("connections", count + " of " + WANTED_CONNECTIONS + " (descriptor limit)");
        assertThat(count)
                .as("connections below this process's limit of descriptors; ulimit -Hn shows it")
                .isGreaterThanOrEqualTo(FEWEST_CONNECTIONS);
        List<SocketChannel> crowd = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                crowd.add(SocketChannel.open(sut.broker().socketAddress()));
                if (i % 1_000 == 0) {
                    proof.sendAndRead();
                }
            }
            proof.sendAndRead();
            for (int i = 0; i < count; i += 100) {
                assertAnswers(crowd.get(i));
            }
        } finally {
            for (SocketChannel channel : crowd) {
                channel.close();
            }
        }
        proof.sendAndRead();
        footprint.awaitReturn();
    }

    private static void assertAnswers(SocketChannel channel) throws IOException {
        channel.write(ByteBuffer.wrap(RawFrame.request(31_999, 1, new byte[0]).bytes()));
        ByteBuffer length = ByteBuffer.allocate(4);
        int read = 0;
        while (length.hasRemaining() && read >= 0) {
            read = channel.read(length);
        }
        assertThat(length.flip().remaining())
                .as("an answer on an idle connection")
                .isEqualTo(4);
    }

    @Test
    @Tag("firn")
    void clientsThatNeverReadDoNotStopOthers() throws IOException {
        String topic = "Unread";
        RawClient.createTopic(sut, topic, 1);
        fill(topic);
        List<SocketChannel> greedy = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                SocketChannel channel = SocketChannel.open(sut.broker().socketAddress());
                channel.configureBlocking(false);
                greedy.add(channel);
            }
            // asks for some 2 GiB of answers in all, or as many as the broker takes
            for (SocketChannel channel : greedy) {
                ask(channel, topic, 1_000);
            }
            for (int i = 0; i < 10; i++) {
                proof.sendAndRead();
            }
        } finally {
            for (SocketChannel channel : greedy) {
                channel.close();
            }
        }
        proof.sendAndRead();
        footprint.awaitReturn();
    }

    private void fill(String topic) {
        try (RawClient client = new RawClient(sut.broker())) {
            for (int i = 0; i < 16; i++) {
                RawFrame answer = client.call(RawFrame.request(
                        310,
                        i,
                        new byte[1 << 20],
                        "a",
                        "P",
                        "b",
                        topic,
                        "c",
                        "TBW102",
                        "d",
                        "4",
                        "e",
                        "0",
                        "f",
                        "0",
                        "g",
                        "1",
                        "h",
                        "0",
                        "i",
                        "",
                        "j",
                        "0",
                        "k",
                        "false"));
                assertThat(answer.code()).as(answer.header()).isZero();
            }
        }
    }

    private static void ask(SocketChannel channel, String topic, int times) {
        for (int i = 0; i < times; i++) {
            ByteBuffer request = ByteBuffer.wrap(RawFrame.request(
                            11,
                            i,
                            new byte[0],
                            "consumerGroup",
                            "Greedy",
                            "topic",
                            topic,
                            "queueId",
                            "0",
                            "queueOffset",
                            String.valueOf(i % 16),
                            "maxMsgNums",
                            "1",
                            "sysFlag",
                            "4",
                            "commitOffset",
                            "0",
                            "suspendTimeoutMillis",
                            "0",
                            "subscription",
                            "*",
                            "subVersion",
                            "0",
                            "expressionType",
                            "TAG")
                    .bytes());
            if (!written(channel, request)) {
                return;
            }
        }
    }

    // false when the broker no longer takes requests of this client, which is its right
    private static boolean written(SocketChannel channel, ByteBuffer request) {
        try {
            long deadline = System.nanoTime() + Duration.ofSeconds(2).toNanos();
            while (request.hasRemaining() && System.nanoTime() < deadline) {
                if (channel.write(request) == 0) {
                    Thread.onSpinWait();
                }
            }
            return !request.hasRemaining();
        } catch (IOException closed) {
            assertThat(closed).hasMessageMatching(".*(reset|closed|[Bb]roken).*");
            return false;
        }
    }
}
