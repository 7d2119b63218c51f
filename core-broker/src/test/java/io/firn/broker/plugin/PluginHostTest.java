package io.firn.broker.plugin;

import static io.firn.broker.plugin.PluginJars.HOOK;
import static io.firn.broker.plugin.PluginJars.harmless;
import static io.firn.broker.plugin.PluginJars.plugin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.broker.plugin.context.HealthParts;
import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.jar.PluginException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real jars, good and bad, through a whole host. */
final class PluginHostTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path root;

    private HostRoom room;

    @BeforeEach
    void makeRoom() {
        room = new HostRoom(root);
    }

    @AfterEach
    void closeRoom() {
        room.close();
    }

    @Test
    void runsWithoutAnyPlugin() {
        PluginHost host = room.open();

        assertThat(host.status()).isEmpty();
        assertThat(host.health().level()).isEqualTo(HealthParts.Level.UP);
    }

    @Test
    void runsWithoutAPluginDirectory() throws IOException {
        Files.delete(room.jars);

        assertThat(room.open().status()).isEmpty();
    }

    @Test
    void startsAPluginAndPutsWhatItRegisteredInForce() {
        harmless("good").into(room.jars, "good.jar");

        room.open();

        assertThat(room.status("good").state()).isEqualTo(PluginState.ACTIVE);
        assertThat(room.status("good").registered()).containsExactly("put hook look");
        assertThat(room.sink.active).hasSize(1).first().isInstanceOf(Registered.Put.class);
    }

    @Test
    void stopsPluginsInReverseAfterTheirHooksAreGone() {
        plugin("first", HOOK, note("stop")).with("Firn-Exports", "p").into(room.jars, "a.jar");
        plugin("second", HOOK, note("stop"))
                .with("Plugin-Dependencies", "first@>=1.0.0 & <2.0.0")
                .into(room.jars, "b.jar");
        room.open();
        System.setProperty("firn.test.notes", "");

        room.close();

        assertThat(System.getProperty("firn.test.notes")).isEqualTo("second stop SHUTDOWN,first stop SHUTDOWN,");
        assertThat(room.sink.active).isEmpty();
        assertThat(room.sink.events.get(2)).startsWith("-second");
    }

    private static String note(String what) {
        return "System.setProperty(\"firn.test.notes\", System.getProperty(\"firn.test.notes\", \"\")"
                + " + Thread.currentThread().getName().split(\"-\")[2] + \" " + what + " \" + reason + \",\");";
    }

    @Test
    void startsTheOthersWhenOneIsBroken() {
        harmless("good").into(room.jars, "a.jar");
        plugin("bad", "throw new IllegalStateException(\"no luck\");", "").into(room.jars, "b.jar");
        harmless("fine").into(room.jars, "c.jar");

        PluginHost host = room.open();

        assertThat(room.status("good").state()).isEqualTo(PluginState.ACTIVE);
        assertThat(room.status("fine").state()).isEqualTo(PluginState.ACTIVE);
        assertThat(room.status("bad").state()).isEqualTo(PluginState.FAILED);
        assertThat(room.status("bad").cause()).contains("start failed", "IllegalStateException: no luck");
        assertThat(host.health().level()).isEqualTo(HealthParts.Level.DEGRADED);
        assertThat(host.health().reason()).contains("bad is FAILED");
    }

    @Test
    void undoesRegistrationsOfAStartThatThrowsAndStopsIt() {
        System.setProperty("firn.test.notes", "");
        plugin("bad", HOOK + "if (true) throw new java.io.IOException(\"late\");", note("stop"))
                .into(room.jars, "bad.jar");

        room.open();

        assertThat(room.sink.events).containsExactly("ended bad@1.0.0");
        assertThat(System.getProperty("firn.test.notes")).isEqualTo("bad stop FAILURE,");
    }

    @Test
    void tellsOfAThrowingConstructor() {
        plugin("bad")
                .source(
                        "p.Main",
                        PluginJars.main("public Main() { throw new IllegalArgumentException(\"ctor\"); }", "", ""))
                .into(room.jars, "bad.jar");

        room.open();

        assertThat(room.status("bad").cause()).contains("constructor of p.Main failed", "ctor");
    }

    @Test
    void tellsOfAPrivateConstructorAndOfAClassThatIsNoPlugin() {
        plugin("hidden")
                .source("p.Main", PluginJars.main("private Main() {}", "", ""))
                .into(room.jars, "a.jar");
        plugin("other").source("p.Main", "package p; public class Main {}").into(room.jars, "b.jar");

        room.open();

        assertThat(room.status("hidden").cause()).contains("public constructor without parameters");
        assertThat(room.status("other").cause()).contains("p.Main does not implement io.firn.spi.BrokerPlugin");
    }

    @Test
    void givesUpOnAStartThatHangsAndSaysWhereItStands() {
        room.limit(Duration.ofMillis(500));
        plugin("slow", "new java.util.concurrent.CountDownLatch(1).await();", "")
                .into(room.jars, "slow.jar");
        harmless("good").into(room.jars, "good.jar");

        room.open();

        assertThat(room.status("slow").state()).isEqualTo(PluginState.FAILED);
        assertThat(room.status("slow").cause()).contains("start did not end", "500 ms", "p.Main.start");
        assertThat(room.status("good").state()).isEqualTo(PluginState.ACTIVE);
    }

    @Test
    void refusesAPluginThatRegistersNothing() {
        plugin("idle", "", "").into(room.jars, "idle.jar");

        room.open();

        assertThat(room.status("idle").cause()).contains("registered nothing in start()");
    }

    @Test
    void refusesRegisteringTwiceAndAfterStart() {
        plugin("twice", HOOK + HOOK, "").into(room.jars, "a.jar");
        plugin("late")
                .source(
                        "p.Main",
                        PluginJars.main(
                                "",
                                HOOK
                                        + "var desk = context.register(); context.scheduler().once(\"later\","
                                        + " Duration.ofMillis(1), () -> { try { desk.topicCheck((b, a) -> null); }"
                                        + " catch (IllegalStateException e) {"
                                        + " System.setProperty(\"firn.test.late\", e.getMessage()); } });",
                                ""))
                .into(room.jars, "b.jar");

        room.open();

        assertThat(room.status("twice").cause()).contains("registers put hook look twice");
        await().atMost(PATIENCE)
                .until(() -> System.getProperty("firn.test.late", "").contains("outside of start()"));
    }

    @Test
    void stopsWithoutHangingOnAStopThatHangsOrThrows() {
        room.limit(Duration.ofMillis(300));
        plugin("slow", HOOK, "new java.util.concurrent.CountDownLatch(1).await();")
                .into(room.jars, "a.jar");
        plugin("bad", HOOK, "if (true) throw new NullPointerException(\"stop\");")
                .into(room.jars, "b.jar");
        room.open();

        room.close();

        assertThat(room.sink.active).isEmpty();
    }

    @Test
    void namesThreadsThatAPluginLeavesBehind() {
        plugin(
                        "leaky",
                        HOOK + "Thread t = new Thread(() -> { while (true) { java.util.concurrent.locks.LockSupport"
                                + ".parkNanos(1_000_000_000L); } }, \"forgotten\"); t.setDaemon(true); t.start();",
                        "")
                .into(room.jars, "leaky.jar");
        PluginHost host = room.open();

        host.disable("leaky").join();

        assertThat(room.status("leaky").state()).isEqualTo(PluginState.LEAKED);
        assertThat(room.status("leaky").cause()).contains("thread forgotten");
    }

    @Test
    void saysWhichClassIsMissing() {
        plugin("poor", "lib.Tool.use();" + HOOK, "")
                .forgotten("lib.Tool", "package lib; public class Tool { public static void use() {} }")
                .into(room.jars, "poor.jar");

        room.open();

        assertThat(room.status("poor").cause()).contains("lib/Tool", "put the library it is from into the jar");
    }

    @Test
    void quarantinesAPluginThatMeetsAMissingClassLater() {
        harmless("poor").into(room.jars, "poor.jar");
        PluginHost host = room.open();
        Registered hook = room.sink.active.getFirst();

        hook.owner().troubles().unlinked("put hook look", new NoClassDefFoundError("lib/Tool"));

        await().atMost(PATIENCE).until(() -> room.status("poor").state() == PluginState.QUARANTINED);
        assertThat(room.status("poor").cause()).contains("lib/Tool");
        assertThat(room.sink.active).isEmpty();
        assertThat(host.health().level()).isEqualTo(HealthParts.Level.DEGRADED);
    }

    @Test
    void disablesAndEnablesAndRemembersItOverARestart() throws IOException {
        harmless("good").into(room.jars, "good.jar");
        PluginHost host = room.open();

        host.disable("good").join();
        assertThat(room.status("good").state()).isEqualTo(PluginState.DISABLED);
        assertThat(room.sink.active).isEmpty();
        room.close();
        room.open();
        assertThat(room.status("good").state()).isEqualTo(PluginState.DISABLED);
        assertThat(host.status()).isNotEmpty();
        room.close();
        room.open().enable("good").join();

        assertThat(room.status("good").state()).isEqualTo(PluginState.ACTIVE);
        assertThat(room.audit()).contains("good@1.0.0 STARTING -> ACTIVE", "STOPPING -> DISABLED");
    }

    @Test
    void refusesToDisableWhatOthersNeedAndWhatOwnsData() {
        harmless("first").into(room.jars, "a.jar");
        harmless("second").with("Plugin-Dependencies", "first@>=1.0.0 & <2.0.0").into(room.jars, "b.jar");
        harmless("owner").with("Firn-Storage-Bound", "true").into(room.jars, "c.jar");
        PluginHost host = room.open();

        assertThatThrownBy(() -> host.disable("first").join())
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("needed by [second]");
        assertThatThrownBy(() -> host.disable("owner").join()).hasMessageContaining("owns data");
        assertThatThrownBy(() -> host.enable("nobody").join()).hasMessageContaining("there is no plugin nobody");
    }

    @Test
    void refusesToStartWithoutAPluginThatOwnsDataAndSaysHowToGoOn() throws IOException {
        Path jar = harmless("owner").with("Firn-Storage-Bound", "true").into(room.jars, "owner.jar");
        room.open();
        room.close();
        Files.delete(jar);

        assertThatThrownBy(room::open)
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("plugin owner owns data in this store and is not active")
                .hasMessageContaining("--without-plugin owner");

        room.without("owner").open();
        assertThat(room.sink.events).contains("withhold owner");
    }

    @Test
    void refusesToStartWithoutARequiredPlugin() {
        room.require("guard");
        plugin("guard", "throw new IllegalStateException(\"no key\");", "").into(room.jars, "guard.jar");

        assertThatThrownBy(room::open)
                .hasMessageContaining("plugin guard is required by firn.plugins.required")
                .hasMessageContaining("no key");
    }

    @Test
    void givesAPluginItsSettingsAndRefusesBadOnes() throws IOException {
        String members = "public record Conf(@Key(\"limit\") @Range(min = 1, max = 9) int limit,"
                + " @Key(\"wait\") @Default(\"3s\") Duration pause) {}";
        String start = HOOK + "System.setProperty(\"firn.test.conf\", context.config(Conf.class).toString());";
        plugin("tuned").source("p.Main", PluginJars.main(members, start, "")).into(room.jars, "tuned.jar");
        Files.writeString(room.conf.resolve("tuned.properties"), "limit=12\nwhat=5\n");

        PluginHost host = room.open();

        assertThat(room.status("tuned").cause())
                .contains("unknown key what, did you mean wait?", "limit=12: expected integer 1..9");

        Files.writeString(room.conf.resolve("tuned.properties"), "limit=7\n");
        host.enable("tuned").join();

        assertThat(System.getProperty("firn.test.conf")).isEqualTo("Conf[limit=7, pause=PT3S]");
        assertThat(host.explain("tuned")).hasSize(2).first().satisfies(row -> {
            assertThat(row.key()).isEqualTo("limit");
            assertThat(row.value()).isEqualTo("7");
            assertThat(row.source()).endsWith("tuned.properties");
        });
    }

    @Test
    void tellsARunningPluginOfChangedDynamicSettings() throws IOException {
        String members = "public record Conf(@Key(\"limit\") @Dynamic int limit, @Key(\"name\") String name) {}";
        String start = HOOK + "context.config(Conf.class); context.onConfigChange(Conf.class, (b, a) ->"
                + " System.setProperty(\"firn.test.change\", b.limit() + \"->\" + a.limit() + a.name()));";
        plugin("tuned").source("p.Main", PluginJars.main(members, start, "")).into(room.jars, "tuned.jar");
        Path file = Files.writeString(room.conf.resolve("tuned.properties"), "limit=1\nname=x\n");
        room.open();

        Files.writeString(file, "limit=2\nname=y\n");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));

        await().atMost(PATIENCE).until(() -> "1->2x".equals(System.getProperty("firn.test.change")));
    }

    @Test
    void showsMetricsOfPluginsOnThePage() {
        plugin("counted", HOOK + "context.metrics().counter(\"seen\", \"Seen.\").add(3);", "")
                .into(room.jars, "counted.jar");
        room.open();

        List<String> names = room.metrics.scrape().stream()
                .map(one -> one.getMetadata().getPrometheusName())
                .toList();

        assertThat(names).contains("firn_plugin_counted_seen", "firn_plugins_state");
    }

    @Test
    void loadsClassesOfOnePluginOnManyThreadsAtOnce() {
        harmless("good").into(room.jars, "good.jar");
        PluginHost host = room.open();

        assertThat(host.loader("good").get().isRegisteredAsParallelCapable()).isTrue();
    }

    @Test
    void showsNoMoreThanAThousandSeriesOfAPlugin() {
        plugin(
                        "chatty",
                        HOOK + "for (int i = 0; i < 1_500; i++) { context.metrics().counter(\"seen\", \"Seen.\","
                                + " new io.firn.spi.metrics.Label(\"n\", \"\" + i)).add(1); }",
                        "")
                .into(room.jars, "chatty.jar");
        room.open();

        assertThat(room.status("chatty").state()).isEqualTo(PluginState.ACTIVE);
        assertThat(room.metrics.scrape().stream()
                        .filter(one -> one.getMetadata().getPrometheusName().equals("firn_plugin_chatty_seen")))
                .hasSize(1)
                .allSatisfy(one -> assertThat(one.getDataPoints()).hasSizeBetween(900, 1_000));
    }

    @Test
    void letsAPluginUseExportedPackagesOfAnotherAndNothingElse() {
        Map<String, byte[]> api = PluginJars.compile(
                Map.of(
                        "api.Hello",
                        "package api; public class Hello { public static String text() { return \"hi\"; } }"),
                Map.of());
        PluginJars base = harmless("base").with("Firn-Exports", "api");
        api.forEach(base::file);
        base.into(room.jars, "base.jar");
        plugin("user", HOOK + "System.setProperty(\"firn.test.hello\", api.Hello.text());", "")
                .with("Plugin-Dependencies", "base@>=1.0.0 & <2.0.0")
                .compiledAgainst(api)
                .into(room.jars, "user.jar");
        plugin("thief", HOOK + "Class.forName(\"io.netty.buffer.ByteBuf\");", "")
                .into(room.jars, "thief.jar");

        room.open();

        assertThat(room.status("user").cause()).isEmpty();
        assertThat(System.getProperty("firn.test.hello")).isEqualTo("hi");
        assertThat(room.status("thief").cause()).contains("ClassNotFoundException: io.netty.buffer.ByteBuf");
    }
}
