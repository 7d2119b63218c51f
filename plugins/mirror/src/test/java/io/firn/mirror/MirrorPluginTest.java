package io.firn.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.testkit.FirnBroker;
import io.firn.testkit.Pulled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.rocketmq.common.MQVersion;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Mirroring between brokers of this process; the plugin and its client are loaded as in production. */
final class MirrorPluginTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(61);

    private static FirnBroker source(FirnBroker target, String... more) {
        List<String> config = new ArrayList<>(List.of("name=here", "target.name=there", "target=" + target.nameServer()));
        config.addAll(List.of(more));
        return FirnBroker.builder()
                .plugin(MirrorPlugin.class)
                .config(config.toArray(String[]::new))
                .open();
    }

    private static void await(String what, Callable<Boolean> done) {
        Awaitility.await(what).atMost(PATIENCE).until(done);
    }

    private static void awaitMirrored(FirnBroker source) {
        await("all is mirrored", () -> source.plugin().isCaughtUp("mirror"));
    }

    private static List<String> send(FirnBroker broker, String topic, int from, int to) throws Exception {
        List<String> keys = new ArrayList<>();
        for (int i = from; i < to; i++) {
            broker.send(topic, "k" + i, "body " + i);
            keys.add("k" + i);
        }
        return keys;
    }

    /** Keys by queue, each in the order it came first. */
    private static Map<Integer, LinkedHashSet<String>> firstArrivals(Pulled pulled) {
        Map<Integer, LinkedHashSet<String>> queues = new LinkedHashMap<>();
        for (MessageExt message : pulled.messages()) {
            queues.computeIfAbsent(message.getQueueId(), queue -> new LinkedHashSet<>())
                    .add(message.getKeys());
        }
        return queues;
    }

    private static void assertMirrored(FirnBroker source, FirnBroker target, String topic) {
        Map<Integer, List<String>> sent = lists(firstArrivals(source.pull(topic)));
        assertThat(sent).isNotEmpty();
        assertThat(lists(firstArrivals(target.pull(topic)))).isEqualTo(sent);
    }

    private static Map<Integer, List<String>> lists(Map<Integer, LinkedHashSet<String>> sets) {
        Map<Integer, List<String>> lists = new LinkedHashMap<>();
        sets.forEach((queue, keys) -> lists.put(queue, List.copyOf(keys)));
        return lists;
    }

    @Test
    void sendsAllThatAMessageIsInTheOrderOfItsQueue() throws Exception {
        try (FirnBroker target = FirnBroker.builder().open();
                FirnBroker source = source(target, "topics=orders", "rename=*:dc1_*")) {
            source.topic("orders").queues(2).create();
            Message message = new Message("orders", "tag", "k", "x".repeat(5000).getBytes(StandardCharsets.UTF_8));
            message.setFlag(7);
            message.putUserProperty("tenant", "acme");
            source.send(message);
            send(source, "orders", 0, 20);
            send(source, "others", 0, 1);
            awaitMirrored(source);

            Pulled here = source.pull("orders");
            Pulled there = target.pull("dc1_orders");
            assertThat(lists(firstArrivals(there))).isEqualTo(lists(firstArrivals(here)));
            assertThat(there.bodies()).containsExactlyElementsOf(here.bodies());
            assertThat(there.messages().stream().map(MessageExt::getMsgId))
                    .containsExactlyElementsOf(
                            here.messages().stream().map(MessageExt::getMsgId).toList());
            MessageExt first = there.messages().stream()
                    .filter(one -> one.getKeys().equals("k"))
                    .findFirst()
                    .orElseThrow();
            assertThat(first.getFlag()).isEqualTo(7);
            assertThat(first.getTags()).isEqualTo("tag");
            assertThat(first.getProperty("tenant")).isEqualTo("acme");
            assertThat(first.getProperty(Trail.PROPERTY)).isEqualTo("here");
            assertThat(first.getProperty("MIRROR_ORIGIN")).contains("/orders/");
            assertThat(source.plugin().counter("messages")).isEqualTo(21);
        }
    }

    @Test
    void bringsAClientOfItsOwnThatIsNotTheTests() throws Exception {
        try (FirnBroker target = FirnBroker.builder().open();
                FirnBroker source = source(target)) {
            send(source, "t", 0, 1);
            awaitMirrored(source);

            String ofTests = MQVersion.getVersionDesc(MQVersion.CURRENT_VERSION);
            assertThat(source.plugin().metric("client")).isEqualTo(1);
            assertThat(source.plugin().metric("client", "version=" + ofTests)).isZero();
            assertThat(target.pull("t").keys()).containsExactly("k0");
            assertThat(source.plugin().unload()).isClean();
        }
    }

    @Test
    void waitsForATargetThatIsAwayAndLosesNothing() throws Exception {
        try (FirnBroker target = FirnBroker.builder().open();
                FirnBroker source = source(target)) {
            source.topic("t").queues(2).create();
            send(source, "t", 0, 10);
            awaitMirrored(source);

            target.crash();
            send(source, "t", 10, 20);
            await("trouble is told", () -> source.plugin().troubles().containsKey("target"));
            assertThat(source.plugin().isCaughtUp("mirror")).isFalse();
            target.start();
            await("all is mirrored", () -> {
                // the pause between attempts has grown; nobody waits for it here
                source.clock().advance(LONGEST_PAUSE);
                return source.plugin().isCaughtUp("mirror");
            });

            assertMirrored(source, target, "t");
            assertThat(source.plugin().troubles()).doesNotContainKey("target");
            assertThat(source.plugin().counter("failures")).isPositive();
        }
    }

    @Test
    void goesOnAfterACrashOfItsBroker() throws Exception {
        try (FirnBroker target = FirnBroker.builder().open();
                FirnBroker source = source(target)) {
            source.topic("t").queues(2).create();
            send(source, "t", 0, 10);
            awaitMirrored(source);
            send(source, "t", 10, 200);

            crash(source);
            source.start();
            send(source, "t", 200, 210);
            awaitMirrored(source);

            assertMirrored(source, target, "t");
        }
    }

    /**
     * The client's own threads live on in this process, which a broker that is killed would not have; they keep connections
     * and send nothing: what sends is the dispatcher's thread, which has ended.
     */
    private static void crash(FirnBroker source) {
        try {
            source.crash();
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining("plugin mirror goes on after the crash");
        }
    }

    @Test
    void doesNotSendInCircles() throws Exception {
        try (FirnBroker a = FirnBroker.builder()
                        .plugin(MirrorPlugin.class)
                        .config("name=a", "target.name=b", "target=127.0.0.1:1")
                        .open();
                FirnBroker b = FirnBroker.builder()
                        .plugin(MirrorPlugin.class)
                        .config("name=b", "target.name=a", "target=" + a.nameServer())
                        .open()) {
            a.plugin().configure("name=a", "target.name=b", "target=" + b.nameServer());
            a.restart();
            a.send("t", "from-a", "1");
            b.send("t", "from-b", "2");

            await("both have both", () -> a.pull("t").keys().size() >= 2 && b.pull("t").keys().size() >= 2);
            awaitMirrored(a);
            awaitMirrored(b);
            assertThat(a.pull("t").keys()).containsExactlyInAnyOrder("from-a", "from-b");
            assertThat(b.pull("t").keys()).containsExactlyInAnyOrder("from-a", "from-b");
            assertThat(a.plugin().counter("skipped", "reason=loop")).isEqualTo(1);
            assertThat(b.plugin().counter("skipped", "reason=loop")).isEqualTo(1);
        }
    }
}
