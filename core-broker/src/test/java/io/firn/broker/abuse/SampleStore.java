package io.firn.broker.abuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.record.RecordView;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A small store as a broker left it, and what it acknowledged: several files of each kind. To be copied, then damaged.
 *
 * @param directory the original
 * @param stop how the broker ended
 * @param messages acknowledged, by topic, queue and offset
 */
record SampleStore(Path directory, Stop stop, List<Stored> messages) {

    static final int UNITS_PER_FILE = 20;
    static final int UNIT_BYTES = 20;
    static final int SEGMENT_BYTES = 64 * 1024;

    /** Files so small that there are several of each kind. */
    static final String[] SETTINGS = {
        "mappedFileSizeCommitLog=" + SEGMENT_BYTES,
        "mappedFileSizeConsumeQueue=" + UNITS_PER_FILE * UNIT_BYTES,
        "maxMessageSize=16384",
        "maxHashSlotNum=50",
        "maxIndexNum=64",
        "firn.queue.indexTags=false",
        "flushIntervalConsumeQueue=50",
        "flushIntervalCommitLog=50",
        "flushCommitLogLeastPages=0",
        "flushDelayOffsetInterval=50",
        "mappedFileSizeTimerLog=1040"
    };

    static final List<Queue> QUEUES = List.of(new Queue("Alpha", 0), new Queue("Alpha", 3), new Queue("Beta", 1));

    private static final int MESSAGES = 150;
    private static final int COPY_BYTES = 64 * 1024;

    /** How a broker ended. */
    enum Stop {
        CLEAN,
        KILLED
    }

    record Queue(String topic, int id) {}

    /** An acknowledged message and where its record lies in the log. */
    record Stored(Queue queue, long offset, long position, int size, String body) {}

    static SampleStore make(Path directory, Stop stop, Dice dice) {
        Path live = directory.resolveSibling(directory.getFileName() + "-live");
        List<Stored> stored;
        try (RunningBroker broker = RunningBroker.open(live, SETTINGS)) {
            for (int i = 0; i < MESSAGES; i++) {
                Queue queue = dice.oneOf(QUEUES);
                byte[] body =
                        (i + "-" + "b".repeat(dice.below(dice.oneOf(50, 500, 4_000)))).getBytes(StandardCharsets.UTF_8);
                String properties = "KEYS\u0001key" + i + "\u0002TAGS\u0001t" + i % 3 + "\u0002";
                broker.call(
                                RequestCode.SEND_MESSAGE_V2,
                                body,
                                RunningBroker.sendFields(queue.topic(), queue.id(), properties))
                        .join();
                if (i == MESSAGES * 2 / 3) {
                    awaitFlush(broker);
                }
            }
            broker.ask(
                    RequestCode.UPDATE_CONSUMER_OFFSET,
                    "consumerGroup",
                    "readers",
                    "topic",
                    "Alpha",
                    "queueId",
                    "0",
                    "commitOffset",
                    "3");
            addWhatWaits(broker);
            addSettings(broker);
            await().until(() ->
                    QUEUES.stream().mapToLong(queue -> maxOffset(broker, queue)).sum() == MESSAGES);
            stored = readAll(broker);
            if (stop == Stop.KILLED) {
                // the page cache is what a killed process leaves behind
                copy(live, directory);
            }
        }
        if (stop == Stop.CLEAN) {
            copy(live, directory);
        }
        assertThat(stored).hasSize(MESSAGES);
        return new SampleStore(directory, stop, stored);
    }

    /** Delayed messages, of which one was delivered, and timed ones. */
    private static void addWhatWaits(RunningBroker broker) {
        for (String wait : List.of("DELAY\u00011", "DELAY\u000118", "TIMER_DELAY_SEC\u00013600", "TIMER_DELAY_SEC\u00017200")) {
            RemotingCommand sent = broker.call(
                            RequestCode.SEND_MESSAGE_V2,
                            "later".getBytes(StandardCharsets.UTF_8),
                            RunningBroker.sendFields("Later", 0, wait + "\u0002"))
                    .join();
            assertThat(sent.code()).as(sent.remark()).isEqualTo(ResponseCode.SUCCESS);
        }
        await().until(() -> broker.metric("firn_delay_delivered_total") == 1
                && broker.metric("firn_delay_waiting_messages") == 1
                && broker.metric("firn_timer_waiting_messages") == 2);
    }

    /** A key-value setting of the name server, and a setting of the broker that is not as it was given. */
    private static void addSettings(RunningBroker broker) {
        RemotingCommand put =
                broker.askNameServer(RequestCode.PUT_KV_CONFIG, "namespace", "N", "key", "k", "value", "v=1");
        assertThat(put.code()).as(put.remark()).isEqualTo(ResponseCode.SUCCESS);
        RemotingCommand changed = broker.askWithBody(RequestCode.UPDATE_BROKER_CONFIG, "fileReservedTime=71\n");
        assertThat(changed.code()).as(changed.remark()).isEqualTo(ResponseCode.SUCCESS);
    }

    /** So that something is promised to be safe and something else is not. */
    private static void awaitFlush(RunningBroker broker) {
        await().until(() -> broker.metric("firn_log_flushed_position") >= broker.metric("firn_log_appended_position"));
    }

    private static List<Stored> readAll(RunningBroker broker) {
        List<Stored> all = new ArrayList<>();
        for (Queue queue : QUEUES) {
            long end = maxOffset(broker, queue);
            for (long offset = 0; offset < end; offset++) {
                RemotingCommand answer = pull(broker, queue, offset);
                RecordView record = RunningBroker.records(answer).getFirst();
                all.add(new Stored(
                        queue, offset, record.physicalOffset(), record.totalSize(), RunningBroker.body(record)));
            }
        }
        return all;
    }

    static long maxOffset(RunningBroker broker, Queue queue) {
        return Long.parseLong(
                broker.ask(RequestCode.GET_MAX_OFFSET, "topic", queue.topic(), "queueId", Integer.toString(queue.id()))
                        .ext()
                        .required("offset"));
    }

    /** One message, without waiting for it. */
    static RemotingCommand pull(RunningBroker broker, Queue queue, long offset) {
        return broker.ask(
                RequestCode.PULL_MESSAGE,
                RunningBroker.pullFields(queue.topic(), queue.id(), offset, "maxMsgNums", "1"));
    }

    /** A copy to damage. */
    Path copyTo(Path target) {
        copy(directory, target);
        return target;
    }

    /** All files, relative to the store, in order. */
    List<Path> files() {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(Files::isRegularFile)
                    .map(directory::relativize)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With its holes: a timer wheel is some 40 MB of them. */
    private static void copyFile(Path from, Path to) throws IOException {
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(COPY_BYTES);
            for (long at = 0; in.read(block.clear(), at) > 0; at += block.limit()) {
                block.flip();
                boolean isEnd = at + block.limit() == in.size();
                if (isEnd || block.mismatch(ByteBuffer.allocate(block.limit())) >= 0) {
                    out.write(block, at);
                    block.rewind();
                }
            }
        }
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path source : walk.toList()) {
                Path target = to.resolve(from.relativize(source).toString());
                if (Files.isDirectory(source)) {
                    Files.createDirectories(target);
                } else {
                    copyFile(source, target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
