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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Mirroring between brokers of this process; the plugin and its client are loaded as in production. Most tests share two
 * brokers and have topics of their own.
 */
final class MirrorPluginTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(61);

    private static FirnBroker target;
    private static FirnBroker source;

    @BeforeAll
    static void openBoth() {
        target = FirnBroker.builder().open();
        source = mirroring(target, "topics=m-*", "rename=*:dc1_*");
    }

    @AfterAll
    static void closeBoth() {
        for (FirnBroker one : new FirnBroker[] {source, target}) {
            if (one != null) {
                one.close();
            }
        }
    }

    private static FirnBroker mirroring(FirnBroker to, String... more) {
        List<String> config = new ArrayList<>(List.of("name=here", "target.name=there", "target=" + to.nameServer()));
        config.addAll(List.of(more));
        return FirnBroker.builder()
                .plugin(MirrorPlugin.class)
                .config(config.toArray(String[]::new))
                .open();
    }

    private static void await(String what, Callable<Boolean> done) {
        Awaitility.await(what).atMost(PATIENCE).until(done);
    }

    private static void awaitMirrored(FirnBroker from) {
        await("all is mirrored", () -> from.plugin().isCaughtUp("mirror"));
    }

    private static void send(FirnBroker broker, String topic, int from, int to) throws Exception {
        for (int i = from; i < to; i++) {
            broker.send(topic, "k" + i, "body " + i);
        }
    }

    /** Keys by queue, each where it came first. */
    private static Map<Integer, List<String>> firstArrivals(Pulled pulled) {
        Map<Integer, LinkedHashSet<String>> sets = new LinkedHashMap<>();
        for (MessageExt message : pulled.messages()) {
            sets.computeIfAbsent(message.getQueueId(), queue -> new LinkedHashSet<>())
                    .add(message.getKeys());
        }
        Map<Integer, List<String>> lists = new LinkedHashMap<>();
        sets.forEach((queue, keys) -> lists.put(queue, List.copyOf(keys)));
        return lists;
    }

    /** Every message is there, at least once, in the order of its queue. */
    private static void assertMirrored(Pulled here, Pulled there, int messages) {
        assertThat(here.messages()).hasSize(messages);
        assertThat(firstArrivals(there)).isEqualTo(firstArrivals(here));
    }

    @Test
    void sendsAllThatAMessageIsInTheOrderOfItsQueue() throws Exception {
        long before = source.plugin().counter("messages");
        source.topic("m-orders").queues(2).create();
        Message message = new Message("m-orders", "tag", "k", "x".repeat(5000).getBytes(StandardCharsets.UTF_8));
        message.setFlag(7);
        message.putUserProperty("tenant", "acme");
        source.send(message);
        send(source, "m-orders", 0, 20);
        send(source, "others", 0, 1);
        awaitMirrored(source);

        Pulled here = source.pull("m-orders");
        Pulled there = target.pull("dc1_m-orders");
        assertThat(firstArrivals(there)).isEqualTo(firstArrivals(here));
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
        assertThat(first.getProperty("MIRROR_ORIGIN")).contains("/m-orders/");
        assertThat(source.plugin().counter("messages") - before).isEqualTo(21);
    }

    @Test
    void bringsAClientOfItsOwnThatIsNotTheTestsAndGoesWithIt() throws Exception {
        send(source, "m-isolation", 0, 1);
        awaitMirrored(source);

        assertThat(MQVersion.getVersionDesc(MQVersion.CURRENT_VERSION)).isEqualTo("V4_9_8");
        assertThat(source.plugin().metric("client", "version=V5_5_0")).isEqualTo(1);
        assertThat(source.plugin().metric("client")).isEqualTo(1);
        assertThat(target.pull("dc1_m-isolation").keys()).containsExactly("k0");

        assertThat(source.plugin().unload()).isClean();
        send(source, "m-isolation", 1, 2);
        source.plugin().load();
        awaitMirrored(source);
        assertThat(target.pull("dc1_m-isolation").keys()).containsExactlyInAnyOrder("k0", "k1");
    }

    @Test
    void waitsForATargetThatIsAwayAndLosesNothing() throws Exception {
        long failures = source.plugin().counter("failures");
        source.topic("m-outage").queues(2).create();
        send(source, "m-outage", 0, 10);
        awaitMirrored(source);

        target.crash();
        send(source, "m-outage", 10, 20);
        await("trouble is told", () -> source.plugin().troubles().containsKey("target"));
        assertThat(source.plugin().isCaughtUp("mirror")).isFalse();
        target.start();
        awaitMirroredAfterAPause(source);

        assertMirrored(source.pull("m-outage"), target.pull("dc1_m-outage"), 20);
        assertThat(source.plugin().troubles()).doesNotContainKey("target");
        assertThat(source.plugin().counter("failures")).isGreaterThan(failures);
    }

    /** The pause between attempts has grown; nobody waits for it here. */
    private static void awaitMirroredAfterAPause(FirnBroker from) {
        await("all is mirrored", () -> {
            from.clock().advance(LONGEST_PAUSE);
            return from.plugin().isCaughtUp("mirror");
        });
    }

    /** At the crash there is what was mirrored, what the target has not taken, and what nobody has tried to send. */
    @Test
    void losesNothingWhenItsBrokerIsKilled() throws Exception {
        try (FirnBroker to = FirnBroker.builder().open();
                FirnBroker from = mirroring(to)) {
            from.topic("t").queues(2).create();
            send(from, "t", 0, 10);
            awaitMirrored(from);
            to.stop();
            send(from, "t", 10, 20);
            await("trouble is told", () -> from.plugin().troubles().containsKey("target"));
            send(from, "t", 20, 200);

            crash(from);
            to.start();
            from.start();
            send(from, "t", 200, 210);
            awaitMirroredAfterAPause(from);

            assertMirrored(from.pull("t"), to.pull("t"), 210);
        }
    }

    /**
     * The client's own threads live on in this process, which a broker that is killed would not have; they keep connections
     * and send nothing: what sends is the dispatcher's thread, which has ended.
     */
    private static void crash(FirnBroker broker) {
        try {
            broker.crash();
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

            await(
                    "both have both",
                    () -> a.pull("t").keys().size() >= 2 && b.pull("t").keys().size() >= 2);
            awaitMirrored(a);
            awaitMirrored(b);
            assertThat(a.pull("t").keys()).containsExactlyInAnyOrder("from-a", "from-b");
            assertThat(b.pull("t").keys()).containsExactlyInAnyOrder("from-a", "from-b");
            assertThat(a.plugin().counter("skipped", "reason=loop")).isEqualTo(1);
            assertThat(b.plugin().counter("skipped", "reason=loop")).isEqualTo(1);
        }
    }
}
