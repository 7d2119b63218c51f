package io.firn.broker.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.DataVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicRegistryTest {

    @TempDir
    private Path directory;

    private TestHome home;

    @BeforeEach
    void open() {
        home = new TestHome(directory);
    }

    @AfterEach
    void close() {
        home.close();
        assertThat(home.faults()).isEmpty();
    }

    private static TopicsConfig config(Map<String, String> settings) {
        return TopicsConfig.from(new ConfigView(settings), "broker-a", "DefaultCluster");
    }

    private TopicRegistry registry() {
        return registry(Map.of());
    }

    private TopicRegistry registry(Map<String, String> settings) {
        return TopicRegistry.open(config(settings), home.config());
    }

    private static Topic orders() {
        return Topic.of("Orders", 4, 6);
    }

    private static int code(CompletableFuture<?> future) {
        Throwable failure = future.handle((value, e) -> e).join();
        assertThat(failure).isInstanceOf(RequestException.class);
        return ((RequestException) failure).code();
    }

    @Test
    void createsTheBrokersOwnTopicsOnFirstStart() {
        Map<String, Topic> topics = registry().all();
        assertThat(topics)
                .containsEntry("TBW102", Topic.of("TBW102", 8, 7))
                .containsEntry("SELF_TEST_TOPIC", Topic.of("SELF_TEST_TOPIC", 1, 6))
                .containsEntry("BenchmarkTest", Topic.of("BenchmarkTest", 1024, 6))
                .containsEntry("DefaultCluster", Topic.of("DefaultCluster", 16, 7))
                .containsEntry("broker-a", Topic.of("broker-a", 1, 7))
                .containsEntry("OFFSET_MOVED_EVENT", Topic.of("OFFSET_MOVED_EVENT", 1, 6))
                .containsEntry("SCHEDULE_TOPIC_XXXX", Topic.of("SCHEDULE_TOPIC_XXXX", 18, 6))
                .containsEntry("rmq_sys_wheel_timer", Topic.of("rmq_sys_wheel_timer", 1, 6))
                .containsEntry("DefaultCluster_REPLY_TOPIC", Topic.of("DefaultCluster_REPLY_TOPIC", 1, 6))
                .containsKeys(
                        "RMQ_SYS_TRANS_HALF_TOPIC",
                        "RMQ_SYS_TRANS_OP_HALF_TOPIC",
                        "TRANS_CHECK_MAX_TIME_TOPIC",
                        "rmq_sys_REVIVE_LOG_DefaultCluster",
                        "rmq_sys_SYNC_BROKER_MEMBER_broker-a")
                .doesNotContainKey("RMQ_SYS_TRACE_TOPIC");
        assertThat(directory.resolve("topics.json")).exists();
    }

    @Test
    void followsTheSwitchesOfItsOwnTopics() {
        TopicRegistry registry = registry(Map.of(
                "autoCreateTopicEnable", "false",
                "defaultTopicQueueNums", "3",
                "clusterTopicEnable", "false",
                "brokerTopicEnable", "false",
                "traceTopicEnable", "true"));
        assertThat(registry.all())
                .doesNotContainKey("TBW102")
                .containsKey("RMQ_SYS_TRACE_TOPIC")
                .containsEntry("DefaultCluster", Topic.of("DefaultCluster", 16, 1))
                .containsEntry("broker-a", Topic.of("broker-a", 1, 1));
    }

    @Test
    void knowsWhichTopicsAreItsOwn() {
        TopicRegistry registry = registry();
        assertThat(registry.isSystem("broker-a")).isTrue();
        assertThat(registry.isSystem("DefaultCluster_REPLY_TOPIC")).isTrue();
        assertThat(registry.isSystem("CHECKPOINT_TOPIC")).isTrue();
        assertThat(registry.isSystem("Orders")).isFalse();
    }

    @Test
    void showsATopicOnlyAfterItIsOnDisk() throws IOException {
        TopicRegistry registry = registry();
        List<String> seen = new CopyOnWriteArrayList<>();
        registry.onChange(change -> seen.add(change.name() + " "
                + (registry.find(change.name()) != null) + " "
                + TopicsFile.read(directory).loaded().containsKey(change.name())));
        assertThat(registry.put(orders()).join()).isEqualTo(orders());
        assertThat(registry.find("Orders")).isEqualTo(orders());
        assertThat(seen).containsExactly("Orders true true");
    }

    @Test
    void keepsTopicsAndVersionAcrossARestart() {
        TopicRegistry registry = registry();
        registry.put(orders(), AttributeUpdate.parse("+message.type=FIFO")).join();
        registry.put(Topic.of("Gone", 1, 6)).join();
        registry.delete("Gone").join();
        TopicRegistry reopened = registry();
        assertThat(reopened.all()).isEqualTo(registry.all()).containsKey("Orders");
        assertThat(reopened.find("Orders")).isEqualTo(orders().withAttributes(Map.of("message.type", "FIFO")));
        assertThat(reopened.version()).isEqualTo(registry.version());
    }

    @Test
    void raisesTheVersionWithEachRealChangeOnly() {
        TopicRegistry registry = registry();
        DataVersion first = registry.version();
        registry.put(orders()).join();
        DataVersion second = registry.version();
        assertThat(second.counter()).isEqualTo(first.counter() + 1);
        assertThat(second.timestamp()).isEqualTo(home.clock().millis());
        registry.put(orders()).join();
        registry.ensure(orders()).join();
        registry.delete("Unknown").join();
        assertThat(registry.version()).isEqualTo(second);
        registry.delete("Orders").join();
        assertThat(registry.version().counter()).isEqualTo(second.counter() + 1);
    }

    @Test
    void tellsListenersWhatWasAndWhatIs() {
        TopicRegistry registry = registry();
        List<TableChange<Topic>> changes = new CopyOnWriteArrayList<>();
        registry.onChange(changes::add);
        registry.put(orders()).join();
        registry.put(orders().withPerm(4)).join();
        assertThat(registry.delete("Orders").join()).isEqualTo(orders().withPerm(4));
        assertThat(changes)
                .containsExactly(
                        new TableChange<>("Orders", null, orders()),
                        new TableChange<>("Orders", orders(), orders().withPerm(4)),
                        new TableChange<>("Orders", orders().withPerm(4), null));
    }

    @Test
    void createsATopicAfterTheTemplateForAMessage() {
        TopicRegistry registry = registry();
        assertThat(registry.createFrom("Few", "TBW102", 4).join()).isEqualTo(Topic.of("Few", 4, 6));
        assertThat(registry.createFrom("Many", "TBW102", 100).join()).isEqualTo(Topic.of("Many", 8, 6));
        assertThat(registry.createFrom("Odd", "TBW102", -3).join()).isEqualTo(Topic.of("Odd", 1, 6));
        assertThat(registry.createFrom("Few", "TBW102", 7).join()).isEqualTo(Topic.of("Few", 4, 6));
    }

    @Test
    void copiesFilterTypeAndFlagsOfAnyInheritableTemplate() {
        TopicRegistry registry = registry(Map.of("autoCreateTopicEnable", "false"));
        Topic template = new Topic("Template", 8, 6, 7, FilterType.MULTI_TAG, 1, true, Map.of("reserve.time", "5"));
        registry.put(template).join();
        assertThat(registry.createFrom("Child", "Template", 16).join())
                .isEqualTo(new Topic("Child", 6, 6, 6, FilterType.MULTI_TAG, 1, false, Map.of()));
    }

    @Test
    void doesNotCreateWithoutAnInheritableTemplate() {
        TopicRegistry registry = registry();
        registry.put(orders()).join();
        assertThat(code(registry.createFrom("X", "Unknown", 4))).isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
        assertThat(code(registry.createFrom("X", "Orders", 4))).isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
        assertThat(code(registry.createFrom("X", null, 4))).isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
        assertThat(code(registry.createFrom("a b", "TBW102", 4))).isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThat(registry.find("X")).isNull();
    }

    @Test
    void doesNotCreateWhenSwitchedOffEvenIfTheTemplateIsLeftFromBefore() {
        assertThat(registry().find("TBW102")).isNotNull();
        TopicRegistry registry = registry(Map.of("autoCreateTopicEnable", "false"));
        assertThat(code(registry.createFrom("X", "TBW102", 4))).isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
    }

    @Test
    void createsRetryTopicsWithoutATemplate() {
        TopicRegistry registry = registry(Map.of("autoCreateTopicEnable", "false"));
        assertThat(registry.createFrom("%RETRY%g", null, 9).join()).isEqualTo(Topic.retryOf("g", 1));
    }

    @Test
    void refusesTopicsThatCannotBe() {
        TopicRegistry registry = registry();
        assertThat(code(registry.put(Topic.of("a b", 1, 6)))).isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThat(code(registry.put(Topic.of("T", -1, 6)))).isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThat(code(registry.put(Topic.of("T", 70_000, 6)))).isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThat(code(registry.put(Topic.of("T", 1, 8)))).isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThat(code(registry.put(orders(), AttributeUpdate.parse("+colour=red"))))
                .isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThat(code(registry.delete("broker-a"))).isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThatThrownBy(() -> registry.required("T"))
                .isInstanceOf(RequestException.class)
                .hasMessage("topic[T] not exist, apply first please!");
    }

    @Test
    void changesNothingWhenTheFileCannotBeWrittenAndRecoversByItself() throws IOException {
        TopicRegistry registry = registry();
        DataVersion version = registry.version();
        Path obstacle = Files.createDirectory(directory.resolve("topics.json.tmp"));
        assertThatThrownBy(() -> registry.put(orders()).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(StorageException.class)
                .hasMessageContaining("topics.json");
        assertThat(code(registry.put(Topic.of("a b", 1, 6)))).isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThat(registry.find("Orders")).isNull();
        assertThat(registry.version()).isEqualTo(version);
        Files.delete(obstacle);
        assertThat(registry.put(orders()).join()).isEqualTo(orders());
    }

    @Test
    void manyThreadsAgreeOnTheTopicsTheyCreate() throws InterruptedException {
        long seed = Long.getLong("firn.seed", new Random().nextLong());
        TopicRegistry registry = registry();
        List<CompletableFuture<Topic>> created = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Random random = new Random(seed + t);
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 200; i++) {
                    created.add(registry.createFrom("T" + random.nextInt(50), "TBW102", 1 + random.nextInt(8)));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        registry.settled().join();
        assertThat(created).as("seed %s", seed).hasSize(800).allSatisfy(future -> {
            Topic topic = future.join();
            assertThat(registry.find(topic.name())).isEqualTo(topic);
        });
        assertThat(registry().all()).as("seed %s", seed).isEqualTo(registry.all());
    }
}
