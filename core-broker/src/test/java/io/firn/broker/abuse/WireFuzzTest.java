package io.firn.broker.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests of every code, nearly right, and streams that are not even that, against a whole broker and its name server:
 * each is answered or ends its connection, a healthy client is served all the while, and in the end everything that was
 * held is given back.
 */
final class WireFuzzTest {

    private static final int CASES = 3_000;
    private static final int CLIENTS = 4;
    private static final int MARKS = 0x5EED_0000;
    private static final long HEAP_SLACK_BYTES = 64L << 20;
    private static final double BUFFER_SLACK_BYTES = 16 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RequestForge forge = new RequestForge();
    private final ResourceLeakDetector.Level leakLevel = ResourceLeakDetector.getLevel();
    private final AbusiveClient[] clients = new AbusiveClient[CLIENTS];
    private int survived;
    private int closed;

    private static final int OWN_POLLS = 18 + 1;

    @TempDir
    Path root;

    @BeforeEach
    void watchBuffers() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @AfterEach
    void leaveBuffersAlone() {
        ResourceLeakDetector.setLevel(leakLevel);
    }

    @Test
    void everyRequestIsAnsweredOrEndsItsConnectionAndNothingStaysBehind() {
        Dice dice = Dice.roll();
        try (ErrorLog log = ErrorLog.open();
                RunningBroker broker = RunningBroker.open(root, "maxMessageSize=65536")) {
            HealthyClient healthy = new HealthyClient(broker);
            healthy.check(dice);
            Footprint before = Footprint.of(broker);
            for (int number = 0; number < Dice.scaled(CASES); number++) {
                Dice ofCase = dice.forCase(number);
                attack(ofCase, number, number % CLIENTS == 0 ? broker.nameServer() : broker.address());
                if (number % 50 == 0) {
                    healthy.check(ofCase);
                }
                assertThat(log.errors()).as("%s", ofCase).isEmpty();
            }
            for (AbusiveClient client : clients) {
                if (client != null) {
                    client.awaitAnswers();
                    client.close();
                }
            }
            healthy.check(dice);
            before.assertReachedAgain(broker);
            assertThat(log.errors()).as("%s", dice).isEmpty();
        }
        assertThat(survived).as("requests the broker could see the end of").isGreaterThan(CASES / 4);
        assertThat(closed).as("streams it could not").isGreaterThan(CASES / 20);
    }

    private void attack(Dice dice, int number, String address) {
        ForgedRequest request = forge.bent(dice, forge.sound(dice, number));
        switch (dice.below(8)) {
            case 0 -> spill(address, dice.damaged(request.frame()));
            case 1 -> spill(address, request.frame(dice.oneIn(20) ? 7 : dice.below(2), dice.damaged(request.header())));
            case 2 -> abandon(dice, address, request.frame());
            default -> ask(dice, number, address, request);
        }
    }

    private void spill(String address, byte[] bytes) {
        try (AbusiveClient client = AbusiveClient.connect(address)) {
            client.spill(bytes);
            closed++;
        }
    }

    /** Half a frame and then nothing, or a reset before the answer. */
    private static void abandon(Dice dice, String address, byte[] frame) {
        try (AbusiveClient client = AbusiveClient.connect(address)) {
            client.write(dice.oneIn(2) ? frame : java.util.Arrays.copyOf(frame, dice.below(frame.length)));
            if (dice.oneIn(2)) {
                client.kill();
            }
        }
    }

    private void ask(Dice dice, int number, String address, ForgedRequest first) {
        AbusiveClient known = clients[number % CLIENTS];
        AbusiveClient client = known == null ? AbusiveClient.connect(address) : known;
        clients[number % CLIENTS] = client;
        List<ForgedRequest> requests = new ArrayList<>(List.of(first));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (dice.oneIn(4)) {
            requests.add(forge.sound(dice, 1_000_000_000 + number));
        }
        for (ForgedRequest request : requests) {
            bytes.writeBytes(request.frame());
            if (request.flag() == 0) {
                client.expectAnswer(request);
            }
        }
        if (client.survives(bytes.toByteArray(), MARKS + number)) {
            survived++;
        } else {
            closed++;
            client.close();
            clients[number % CLIENTS] = null;
        }
    }

    /** What a broker holds for its clients. */
    private record Footprint(double connections, double buffers, double parked, long heap) {

        static Footprint of(RunningBroker broker) {
            return new Footprint(
                    broker.metric("firn_server_connections"),
                    broker.metric("firn_server_buffer_bytes"),
                    broker.metric("firn_queue_parked_polls"),
                    usedHeap());
        }

        private static long usedHeap() {
            System.gc();
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }

        void assertReachedAgain(RunningBroker broker) {
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(broker.metric("firn_server_connections")).isEqualTo(connections);
                // once a message was delayed or timed, the broker itself waits at the queues of levels and timers
                assertThat(broker.metric("firn_queue_parked_polls")).isBetween(parked, parked + OWN_POLLS);
                assertThat(broker.metric("firn_server_queued_bytes")).isZero();
                assertThat(broker.metric("firn_server_buffer_bytes")).isLessThan(buffers + BUFFER_SLACK_BYTES);
            });
            await().atMost(PATIENCE).until(() -> usedHeap() < heap + HEAP_SLACK_BYTES);
            System.err.println(this + " then " + of(broker));
        }
    }
}
