package io.firn.broker.consume;

import static io.firn.broker.RunningBroker.pullFields;
import static io.firn.broker.RunningBroker.sendFields;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** History that left the page cache is given to consumers as it was sent, by a whole broker that all tests share. */
final class HistoryPullTest {

    private static final int QUEUES = 3;
    private static final int MESSAGES = 600;
    private static final String[] SETTINGS = {
        "enablePropertyFilter=true",
        "mappedFileSizeCommitLog=4MiB",
        "firn.log.coldDistance=0",
        "firn.log.coldMemory=4352KiB",
        "firn.pull.hotBytes=0"
    };

    /** Bodies by queue, in order. */
    private static final Map<Integer, List<String>> SENT = new HashMap<>();

    private static RunningBroker broker;
    private static boolean forgotten;

    @BeforeAll
    static void fillAndForget(@TempDir Path root) throws IOException, InterruptedException {
        long seed = Long.getLong("firn.seed", System.nanoTime());
        System.out.println("HistoryPullTest seed " + seed + " (-Dfirn.seed=" + seed + ")");
        try (RunningBroker filling = RunningBroker.open(root, SETTINGS)) {
            fill(filling, new Random(seed));
        }
        forgotten = forget(root.resolve("commitlog"));
        broker = RunningBroker.open(root, SETTINGS);
    }

    @AfterAll
    static void close() {
        broker.close();
    }

    @Test
    void isGivenAsItWasSent() {
        double hits = broker.metric("firn_log_cold_hits_total");
        Map<Integer, List<String>> got = new HashMap<>();
        long[] offsets = new long[QUEUES];
        while (IntStream.range(0, QUEUES).anyMatch(queue -> offsets[queue] < MESSAGES)) {
            for (int queue = 0; queue < QUEUES; queue++) {
                if (offsets[queue] < MESSAGES) {
                    RemotingCommand answer = pull(queue, offsets[queue]);
                    assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
                    got.computeIfAbsent(queue, q -> new ArrayList<>()).addAll(RunningBroker.bodies(answer));
                    offsets[queue] = answer.ext().requiredLong("nextBeginOffset");
                }
            }
        }
        assertThat(got).isEqualTo(SENT);
        if (forgotten) {
            assertThat(broker.metric("firn_log_cold_chunks_total")).isPositive();
            assertThat(broker.metric("firn_log_cold_hits_total")).isGreaterThan(hits);
        }
    }

    @Test
    void isFilteredByItsTagsAndProperties() {
        List<String> odd = IntStream.range(0, MESSAGES)
                .filter(i -> i % 2 == 1)
                .mapToObj(i -> SENT.get(1).get(i))
                .toList();
        assertThat(all(1, "subscription", "odd")).isEqualTo(odd);
        assertThat(all(1, "subscription", "n >= 100 AND TAGS = 'odd'", "expressionType", "SQL92"))
                .isEqualTo(odd.subList(50, odd.size()));
    }

    @Test
    void isGivenToManyAtOnce() {
        List<CompletableFuture<List<String>>> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int queue = i % QUEUES;
            readers.add(CompletableFuture.supplyAsync(() -> all(queue)));
        }
        for (int i = 0; i < readers.size(); i++) {
            assertThat(readers.get(i).join()).isEqualTo(SENT.get(i % QUEUES));
        }
    }

    private static List<String> all(int queue, String... more) {
        List<String> bodies = new ArrayList<>();
        long offset = 0;
        while (offset < MESSAGES) {
            RemotingCommand answer = pull(queue, offset, more);
            assertThat(answer.code()).isIn(ResponseCode.SUCCESS, ResponseCode.PULL_RETRY_IMMEDIATELY);
            if (answer.code() == ResponseCode.SUCCESS) {
                bodies.addAll(RunningBroker.bodies(answer));
            }
            assertThat(answer.ext().requiredLong("nextBeginOffset")).isGreaterThan(offset);
            offset = answer.ext().requiredLong("nextBeginOffset");
        }
        return bodies;
    }

    private static RemotingCommand pull(int queue, long offset, String... more) {
        return broker.ask(RequestCode.PULL_MESSAGE, pullFields("T", queue, offset, more));
    }

    /** Short bodies mostly, some that are longer than a chunk, and enough of a tail behind them. */
    private static void fill(RunningBroker filling, Random random) {
        for (int i = 0; i < MESSAGES; i++) {
            List<CompletableFuture<RemotingCommand>> answers = new ArrayList<>();
            for (int queue = 0; queue < QUEUES; queue++) {
                int length = i % 200 == 50 ? 2 << 20 : 1 + random.nextInt(i % 20 == 0 ? 200_000 : 4_000);
                String body = text(random, length);
                SENT.computeIfAbsent(queue, q -> new ArrayList<>()).add(body);
                String properties = "n\u0001" + i + "\u0002TAGS\u0001" + (i % 2 == 1 ? "odd" : "even") + "\u0002";
                answers.add(filling.call(
                        RequestCode.SEND_MESSAGE_V2,
                        body.getBytes(StandardCharsets.US_ASCII),
                        sendFields("T", queue, properties)));
            }
            answers.forEach(answer -> assertThat(answer.join().code()).isEqualTo(ResponseCode.SUCCESS));
        }
        await().until(() -> IntStream.range(0, QUEUES)
                .allMatch(queue ->
                        filling.ask(RequestCode.GET_MAX_OFFSET, "topic", "T", "queueId", Integer.toString(queue))
                                        .ext()
                                        .requiredLong("offset")
                                == MESSAGES));
    }

    private static String text(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ('a' + (bytes[i] & 15));
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    /** Drops the files from the page cache; false where they stay, as in a file system that is nothing but memory. */
    private static boolean forget(Path directory) throws IOException, InterruptedException {
        List<Path> segments;
        try (Stream<Path> files = Files.list(directory)) {
            segments = files.toList();
        }
        boolean gone = true;
        for (Path segment : segments) {
            try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            // reads nothing, and asks the kernel to drop what it has
            new ProcessBuilder("dd", "if=" + segment, "iflag=nocache", "count=0", "status=none")
                    .inheritIO()
                    .start()
                    .waitFor();
            try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ)) {
                gone &= !channel.map(MapMode.READ_ONLY, 0, channel.size()).isLoaded();
            }
        }
        return gone;
    }
}
