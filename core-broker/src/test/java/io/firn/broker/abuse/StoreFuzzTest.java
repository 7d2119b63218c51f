package io.firn.broker.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.RunningBroker;
import io.firn.broker.abuse.SampleStore.Queue;
import io.firn.broker.abuse.SampleStore.Stop;
import io.firn.broker.abuse.SampleStore.Stored;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A stopped store with something wrong in any of its files: the broker starts and serves every message the damage did
 * not touch, or refuses to start and names what is wrong. Never another exception, never a wrong message, never a hang.
 */
final class StoreFuzzTest {

    private static final int CASES = 130;
    private static final int START_LIMIT_SECONDS = 120;

    @TempDir
    Path root;

    private final Map<String, Integer> outcomes = new TreeMap<>();

    @ParameterizedTest
    @EnumSource(Stop.class)
    void aDamagedStoreIsServedWhereItIsSoundOrRefusedByName(Stop stop) throws Exception {
        Dice dice = Dice.roll();
        try (ErrorLog log = ErrorLog.open()) {
            SampleStore sample = SampleStore.make(root.resolve("sample"), stop, dice);
            for (int number = 1; number <= Dice.scaled(CASES); number++) {
                Dice ofCase = dice.forCase(number);
                Path copy = sample.copyTo(root.resolve("store-" + number));
                List<StoreDamage> damages = damage(ofCase, sample, copy);
                String context = stop + ", " + damages + ", " + ofCase;
                try {
                    visit(sample, copy, damages, context);
                } catch (RuntimeException e) {
                    throw new AssertionError(context, e);
                }
                assertThat(log.bugs()).as(context).isEmpty();
                Scrap.delete(copy);
            }
        }
        System.err.println(outcomes);
        assertThat(outcomes.keySet()).as("both ways out were seen").hasSizeGreaterThan(1);
    }

    private static List<StoreDamage> damage(Dice dice, SampleStore sample, Path copy) throws IOException {
        List<StoreDamage> damages = new ArrayList<>();
        damages.add(StoreDamage.inflict(dice, sample, copy));
        return damages;
    }

    private void visit(SampleStore sample, Path copy, List<StoreDamage> damages, String context) throws Exception {
        try (RunningBroker broker = start(copy)) {
            for (Stored stored : sample.messages()) {
                boolean touched = damages.stream().anyMatch(damage -> damage.touches(stored, sample.stop()));
                RemotingCommand answer = SampleStore.pull(broker, stored.queue(), stored.offset());
                if (touched) {
                    assertNotWrong(answer, stored, context);
                } else if (!isNamed(answer, stored.queue(), damages, copy)) {
                    assertServed(answer, stored, context);
                }
            }
            askAround(broker);
            for (Queue queue : SampleStore.QUEUES) {
                if (damages.stream().noneMatch(damage -> damage.mayStopSends(queue))) {
                    sendAndRead(broker, queue, context);
                }
            }
            outcomes.merge("served", 1, Integer::sum);
        } catch (ConfigException | StorageException e) {
            outcomes.merge("refused", 1, Integer::sum);
            assertNamed(e, copy, damages, context);
        }
    }

    /** With a limit, since a start may hang. */
    private static RunningBroker start(Path store) throws InterruptedException, TimeoutException {
        try {
            return CompletableFuture.supplyAsync(() -> RunningBroker.open(store, SampleStore.SETTINGS))
                    .get(START_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new AssertionError(e.getCause());
        }
    }

    /** Gone, or refused, or it shows by its checksum that it is damaged; not another message. */
    private static void assertNotWrong(RemotingCommand answer, Stored stored, String context) {
        if (answer.code() != ResponseCode.SUCCESS) {
            return;
        }
        byte[] bytes = answer.bodyBytes();
        RecordView record = new RecordView().wrap(MemorySegment.ofArray(bytes), 0, bytes.length);
        assertThat(record.totalSize()).as(context).isEqualTo(bytes.length);
        if (record.inspect(record.physicalOffset(), Verify.CRC) == RecordStatus.OK) {
            assertThat(record.physicalOffset()).as("%s: %s", context, stored).isEqualTo(stored.position());
            assertThat(RunningBroker.body(record)).as("%s: %s", context, stored).isEqualTo(stored.body());
        }
    }

    /** A queue that is refused for what lies in its directory. */
    private static boolean isNamed(RemotingCommand answer, Queue queue, List<StoreDamage> damages, Path store) {
        return answer.code() == ResponseCode.SYSTEM_ERROR
                && damages.stream().anyMatch(damage -> damage.isBeside(queue))
                && String.valueOf(answer.remark()).contains(store.toString());
    }

    private static void assertServed(RemotingCommand answer, Stored stored, String context) {
        assertThat(answer.code())
                .as(
                        "%s: %s %s %s",
                        context, stored, answer.remark(), answer.ext().get("nextBeginOffset"))
                .isEqualTo(ResponseCode.SUCCESS);
        assertThat(RunningBroker.bodies(answer)).as(context).containsExactly(stored.body());
    }

    /** Whatever else looks into files; how it is answered does not matter, only that a bug would be in the log. */
    private static void askAround(RunningBroker broker) {
        for (Queue queue : SampleStore.QUEUES) {
            String[] place = {"topic", queue.topic(), "queueId", Integer.toString(queue.id())};
            broker.ask(RequestCode.GET_MIN_OFFSET, place);
            broker.ask(RequestCode.GET_EARLIEST_MSG_STORETIME, place);
            for (long time : new long[] {0, System.currentTimeMillis() - 100, Long.MAX_VALUE}) {
                broker.ask(
                        RequestCode.SEARCH_OFFSET_BY_TIMESTAMP,
                        place[0],
                        place[1],
                        place[2],
                        place[3],
                        "timestamp",
                        Long.toString(time));
            }
            broker.ask(
                    RequestCode.QUERY_CONSUME_QUEUE,
                    place[0],
                    place[1],
                    place[2],
                    place[3],
                    "index",
                    "0",
                    "count",
                    "40");
            broker.ask(RequestCode.GET_TOPIC_STATS_INFO, "topic", queue.topic());
            broker.ask(RequestCode.GET_CONSUME_STATS, "consumerGroup", "readers", "topic", queue.topic());
            for (int key = 0; key < 5; key++) {
                broker.ask(
                        RequestCode.QUERY_MESSAGE,
                        "topic",
                        queue.topic(),
                        "key",
                        "key" + key * 31,
                        "maxNum",
                        "10",
                        "beginTimestamp",
                        "0",
                        "endTimestamp",
                        Long.toString(Long.MAX_VALUE));
            }
        }
        for (long position = 0; position < 200_000; position += 9_973) {
            broker.ask(RequestCode.VIEW_MESSAGE_BY_ID, "offset", Long.toString(position));
        }
        broker.ask(RequestCode.GET_BROKER_RUNTIME_INFO);
        broker.ask(RequestCode.GET_ALL_TOPIC_CONFIG);
        broker.ask(RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG);
        broker.ask(RequestCode.GET_ALL_CONSUMER_OFFSET);
        broker.metric("firn_log_appended_position");
    }

    private static void sendAndRead(RunningBroker broker, Queue queue, String context) {
        long next = SampleStore.maxOffset(broker, queue);
        RemotingCommand sent = broker.call(
                        RequestCode.SEND_MESSAGE_V2,
                        "more".getBytes(StandardCharsets.UTF_8),
                        RunningBroker.sendFields(queue.topic(), queue.id(), ""))
                .join();
        assertThat(sent.code()).as("%s: %s %s", context, queue, sent.remark()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(sent.ext().get("queueOffset")).as("%s: %s", context, queue).isEqualTo(Long.toString(next));
        RemotingCommand answer = broker.ask(
                RequestCode.PULL_MESSAGE,
                RunningBroker.pullFields(
                        queue.topic(), queue.id(), next, "sysFlag", "6", "suspendTimeoutMillis", "20000"));
        assertThat(answer.code())
                .as("%s: %s %s", context, queue, answer.remark())
                .isEqualTo(ResponseCode.SUCCESS);
        assertThat(RunningBroker.bodies(answer)).as("%s: %s", context, queue).containsExactly("more");
    }

    private static void assertNamed(RuntimeException refusal, Path store, List<StoreDamage> damages, String context) {
        String message = String.valueOf(refusal.getMessage());
        assertThat(message).as(context).contains(store.toString()).doesNotContain("\n");
        boolean named = damages.stream()
                .anyMatch(
                        damage -> message.contains(store.resolve(damage.file()).toString())
                                || message.contains(
                                        store.resolve(damage.file()).getParent().toString()));
        assertThat(named).as("%s: %s", context, message).isTrue();
    }
}
