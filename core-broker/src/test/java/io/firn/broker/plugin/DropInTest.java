package io.firn.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.firn.broker.RunningBroker;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars dropped into a running broker, what operators see of them, and what the plugins see of the broker. */
final class DropInTest {

    @TempDir
    private Path root;

    private PluggedBroker broker;

    @BeforeEach
    void prepare() {
        broker = new PluggedBroker(root);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private static PluginJars stamping(String id, String version, String stamp) {
        return PluginJars.plugin(
                        id,
                        "context.register().putHook(HookSpec.of(\"stamp\", Phase.ENRICH), m -> {"
                                + " m.setBody(java.nio.ByteBuffer.wrap(\"" + stamp + "\".getBytes()));"
                                + " return Verdict.MODIFIED; });",
                        "")
                .with("Plugin-Version", version);
    }

    @Test
    void isActiveSoonAfterItWasDroppedIn() throws IOException {
        broker.open();
        broker.send("before");

        Path jar = stamping("stamp", "1.0.0", "one").into(broker.jars, "stamp.jar");
        broker.awaitState("stamp", "ACTIVE");
        broker.send("after");
        stamping("stamp", "1.1.0", "two").into(broker.jars, "stamp.jar");
        await().atMost(PluggedBroker.PATIENCE)
                .untilAsserted(
                        () -> assertThat(broker.status("stamp").path("version").asText())
                                .isEqualTo("1.1.0"));
        broker.awaitState("stamp", "ACTIVE");
        broker.send("later");
        Files.delete(jar);
        assertThat(broker.state("stamp")).isEqualTo("ACTIVE");
        broker.broker().page("POST", "/v1/plugins/stamp/-/disable", "");
        broker.send("plain");

        await().atMost(PluggedBroker.PATIENCE)
                .untilAsserted(() -> assertThat(broker.bodies()).containsExactly("before", "one", "two", "plain"));
    }

    @Test
    void operatorsSeeEveryStateAndItsReason() {
        PluginJars.harmless("well").into(broker.jars, "well.jar");
        PluginJars.plugin("failed", "throw new java.io.IOException(\"no key\");", "")
                .into(broker.jars, "failed.jar");
        PluginJars.harmless("refused").without("Plugin-Requires").into(broker.jars, "refused.jar");
        PluginJars.plugin(
                        "leaked",
                        PluginJars.HOOK + "Thread t = new Thread(() -> { while (true) {"
                                + " java.util.concurrent.locks.LockSupport.park(); } }, \"left\"); t.setDaemon(true);"
                                + " t.start();",
                        "")
                .into(broker.jars, "leaked.jar");
        broker.open();

        RunningBroker.Page disabled = broker.broker().page("POST", "/v1/plugins/well/-/disable", "");
        RunningBroker.Page leaked = broker.broker().page("POST", "/v1/plugins/leaked/-/disable", "");
        RunningBroker.Page again = broker.broker().page("POST", "/v1/plugins/failed/-/enable", "");
        RunningBroker.Page nobody = broker.broker().page("GET", "/v1/plugins/nobody", "");
        RunningBroker.Page route = broker.broker().page("GET", "/v1/plugins/well/what", "");

        assertThat(PluggedBroker.json(disabled).path("state").asText()).isEqualTo("DISABLED");
        assertThat(PluggedBroker.json(leaked).path("state").asText()).isEqualTo("LEAKED");
        assertThat(broker.cause("leaked")).contains("thread left");
        assertThat(broker.state("failed")).isEqualTo("FAILED");
        assertThat(broker.cause("failed")).contains("no key");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.text()).contains("plugin failed did not start", "no key");
        assertThat(broker.state("refused.jar")).isEqualTo("REFUSED");
        assertThat(nobody.status()).isEqualTo(404);
        assertThat(route.status()).isEqualTo(404);
        assertThat(route.text()).contains("plugin well has no route GET /what");
        assertThat(PluggedBroker.json(broker.broker().page("GET", "/v1/plugins", "")))
                .extracting(one -> one.path("id").asText())
                .containsExactlyInAnyOrder("well", "failed", "leaked", "refused.jar");
        assertThat(broker.broker().page("GET", "/health", "").text())
                .contains("failed is FAILED", "leaked is LEAKED", "refused.jar is REFUSED");
    }

    @Test
    void aPluginSeesTopicsAndGroupsAsTheyComeAndGo() {
        PluginJars.plugin("viewer")
                .source(
                        "p.Main",
                        PluginJars.main(
                                "public record None() {} static final List<String> told ="
                                        + " Collections.synchronizedList(new ArrayList<>());",
                                """
                                context.topics().onChange(change -> told.add(change.getClass().getSimpleName()));
                                context.register().admin(new CommandSpec<>("look", "Looks.", None.class,
                                        CommandSpec.Effect.READS), (none, caller) -> Map.of(
                                        "topics", context.topics().all().stream().map(Topic::name).toList(),
                                        "queues", context.topics().get("T").map(t -> t.layout().readQueues()).orElse(-1),
                                        "groups", context.groups().all().stream().map(Group::name).toList(),
                                        "committed", context.groups().committed("G", new QueueRef("T", 0)).orElse(-1),
                                        "told", List.copyOf(told)));
                                """,
                                ""))
                .into(broker.jars, "viewer.jar");
        broker.open();
        assertThat(broker.state("viewer")).as(broker.cause("viewer")).isEqualTo("ACTIVE");
        broker.send("m");
        broker.createTopic("Gone");
        broker.broker().askWithBody(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, "{\"groupName\":\"G\"}");
        broker.broker()
                .ask(
                        RequestCode.UPDATE_CONSUMER_OFFSET,
                        "consumerGroup",
                        "G",
                        "topic",
                        "T",
                        "queueId",
                        "0",
                        "commitOffset",
                        "1");
        assertThat(broker.broker()
                        .ask(RequestCode.DELETE_TOPIC_IN_BROKER, "topic", "Gone")
                        .code())
                .isEqualTo(ResponseCode.SUCCESS);

        await().atMost(PluggedBroker.PATIENCE).untilAsserted(() -> {
            JsonNode seen = look();
            assertThat(seen.path("topics").toString()).contains("\"T\"").doesNotContain("\"Gone\"");
            assertThat(seen.path("queues").asInt()).isEqualTo(1);
            assertThat(seen.path("groups").toString()).contains("\"G\"");
            assertThat(seen.path("committed").asLong()).isEqualTo(1);
            assertThat(seen.path("told").toString()).contains("Created", "Deleted");
        });
    }

    private JsonNode look() {
        return PluggedBroker.json(broker.broker().page("POST", "/v1/plugins/viewer/-/command/look", "{}"));
    }

    @Test
    void aRegistrationThatThePluginEndsIsOverWhenItsCloseReturns() {
        AtomicInteger calls = new AtomicInteger();
        System.getProperties().put("firn.test.calls", calls);
        String count = "((java.util.concurrent.atomic.AtomicInteger) System.getProperties()"
                + ".get(\"firn.test.calls\")).incrementAndGet();";
        PluginJars.plugin("ending")
                .source(
                        "p.Main",
                        PluginJars.main(
                                "public record None() {}",
                                "Registration hook = context.register().putHook(HookSpec.of(\"look\", Phase.VALIDATE)"
                                        + ".withOnFailure(OnFailure.FAIL_CLOSED), m -> { " + count
                                        + " return Verdict.ACCEPT; });"
                                        + "Registration feed = context.register().dispatcher(DispatcherSpec.of(\"d\"),"
                                        + " (batch, progress) -> { " + count + " });"
                                        + "Registration keep = context.register().segmentCleanup((s, c) -> { " + count
                                        + " return Hold.until(java.time.Instant.MAX, \"mine\"); });"
                                        + "Registration read = context.register().queueReader("
                                        + "TopicSelector.named(\"Other\"), (queue, base) -> { " + count
                                        + " return base; });"
                                        + "context.register().admin(new CommandSpec<>(\"end\", \"Ends.\", None.class,"
                                        + " CommandSpec.Effect.CHANGES), (none, caller) -> {"
                                        + " hook.close(); feed.close(); keep.close(); read.close(); hook.close();"
                                        + " ((java.util.concurrent.atomic.AtomicInteger) System.getProperties()"
                                        + ".get(\"firn.test.calls\")).set(-1_000_000); return Map.of(); });",
                                ""))
                .into(broker.jars, "ending.jar");
        broker.open();
        assertThat(broker.state("ending")).as(broker.cause("ending")).isEqualTo("ACTIVE");
        broker.send("m");
        await().atMost(PluggedBroker.PATIENCE).until(() -> calls.get() >= 2);

        assertThat(broker.broker()
                        .page("POST", "/v1/plugins/ending/-/command/end", "{}")
                        .status())
                .isEqualTo(200);
        assertThat(broker.send("n").code()).isEqualTo(ResponseCode.SUCCESS);
        Segments.deleteAll(broker);

        await().atMost(PluggedBroker.PATIENCE)
                .untilAsserted(() -> assertThat(broker.status("ending").path("registered"))
                        .extracting(JsonNode::asText)
                        .containsExactly("command end"));
        await().atMost(PluggedBroker.PATIENCE).until(() -> {
            Segments.ask(broker);
            return Segments.first(broker) > 0;
        });
        assertThat(calls.get()).isEqualTo(-1_000_000);
        System.getProperties().remove("firn.test.calls");
    }

    @Test
    void aLeaseThatAPluginForgetsIsTakenBackWhenItStops() {
        PluginJars.plugin(
                        "holder",
                        PluginJars.HOOK + "context.scheduler().once(\"hold\", Duration.ofMillis(1), () -> {"
                                + " while (context.reader().positions().appended() == 0) {"
                                + " java.util.concurrent.locks.LockSupport.parkNanos(1_000_000); }"
                                + " context.reader().lease(0); });",
                        "")
                .into(broker.jars, "holder.jar");
        broker.open();
        broker.send("m");
        await().atMost(PluggedBroker.PATIENCE)
                .until(() -> broker.broker().metric("firn_plugin_open_leases")
                                + broker.broker().metric("firn_plugin_lease_leaks_total")
                        >= 1);

        broker.broker().page("POST", "/v1/plugins/holder/-/disable", "");

        assertThat(broker.broker().metric("firn_plugin_open_leases")).isZero();
        assertThat(broker.broker().metric("firn_plugin_lease_leaks_total")).isEqualTo(1);
    }
}
