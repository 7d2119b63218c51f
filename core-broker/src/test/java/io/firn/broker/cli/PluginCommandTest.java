package io.firn.broker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.plugin.Keeper;
import io.firn.broker.plugin.KeeperBroker;
import io.firn.broker.plugin.PluginJars;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.ResponseCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** {@code firn plugin} against a broker with one plugin that owns data, one with a put hook and one that is broken. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PluginCommandTest {

    private Path root;

    private KeeperBroker room;
    private Firn firn;

    @BeforeAll
    void start(@TempDir Path directory) {
        root = directory;
        room = new KeeperBroker(root);
        Keeper.jar("1.0.0").into(room.jars, "keeper.jar");
        PluginJars.harmless("looker").into(room.jars, "looker.jar");
        PluginJars.plugin("broken", "throw new IllegalStateException(\"no luck\");", "")
                .into(room.jars, "broken.jar");
        room.start();
        room.fill("T", 1);
        firn = new Firn(room);
    }

    @AfterAll
    void stop() {
        room.close();
    }

    @Test
    void listsPluginsWithStateAndCause() {
        Firn.Ran ran = firn.plugin("list");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out().lines())
                .anyMatch(line -> line.matches("PLUGIN +VERSION +STATE +STORAGE +JAR +REMARK"))
                .anyMatch(line -> line.matches("keeper +1\\.0\\.0 +ACTIVE +BOUND +keeper\\.jar.*"))
                .anyMatch(line -> line.matches("looker +1\\.0\\.0 +\\S+ +NONE +looker\\.jar.*"))
                .anyMatch(line -> line.matches("broken +1\\.0\\.0 +FAILED .*no luck"));
    }

    @Test
    void listsAsJsonForPrograms() {
        Firn.Ran ran = firn.plugin("list", "--json");

        List<?> all = Json.decode(ran.out().getBytes(StandardCharsets.UTF_8), List.class);
        assertThat(all).hasSizeGreaterThanOrEqualTo(3).allMatch(Map.class::isInstance);
        assertThat(ran.out()).contains("\"id\": \"keeper\"");
    }

    @Test
    void showsOnePluginWithCommandsDispatchersAndWhatItSaysOfItself() {
        Firn.Ran ran = firn.plugin("info", "keeper");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("keeper 1.0.0", "ACTIVE since", "Keeps topic T.", "BOUND", "sha256", "queue reader")
                .containsPattern("echo +READS +Says what it was given")
                .containsPattern("copy +GOOD");
        Firn.Ran json = firn.plugin("info", "keeper", "--json");
        Map<?, ?> all = Json.decode(json.out().getBytes(StandardCharsets.UTF_8), Map.class);
        assertThat(all.containsKey("plugin") && all.containsKey("holds")).isTrue();
    }

    @Test
    void namesTheNearestPluginWhenThereIsNone() {
        Firn.Ran ran = firn.plugin("info", "keepr");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err())
                .startsWith("firn: there is no plugin keepr; did you mean keeper? There are")
                .hasLineCount(1);
    }

    @Test
    void showsTheHooksOfATopicInOrder() {
        assertThat(firn.plugin("enable", "looker").exit()).isZero();

        assertThat(firn.plugin("chain", "T").out()).contains("looker", "look", "OBSERVE");
        assertThat(firn.plugin("chain", "T", "--json").out()).contains("\"topic\": \"T\"");
        assertThat(firn.plugin("chain", "none%such").out())
                .contains("no put hook looks at messages of topic none%such");
    }

    @Test
    void switchesAPluginOffAndOnButNotOneThatOwnsData() {
        Firn.Ran off = firn.plugin("disable", "looker");
        Firn.Ran refused = firn.plugin("disable", "keeper");
        Firn.Ran on = firn.plugin("enable", "looker");

        assertThat(off.out()).contains("looker 1.0.0 is DISABLED");
        assertThat(on.out()).contains("looker 1.0.0 is ACTIVE");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err())
                .contains("plugin keeper owns data", "--without-plugin keeper", "--detach keeper")
                .hasLineCount(1);
    }

    @Test
    void explainsSettingsWithSecretsMasked() {
        Firn.Ran ran = firn.plugin("config", "keeper", "--explain");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out().lines())
                .anyMatch(line -> line.matches("KEY +ALLOWED +DEFAULT +VALUE +SET BY +CHANGES +MEANING"))
                .anyMatch(line ->
                        line.matches("depth +\\S.* 1\\.\\.9 +3 +3 +default +at restart of the plugin +How deep\\."))
                .anyMatch(line -> line.matches("token .*\\*{8} .*default.*"))
                .anyMatch(line -> line.matches("pace .* at run time.*"));
        assertThat(firn.plugin("config", "keeper").out()).containsPattern("depth +3");
        assertThat(firn.plugin("config", "keeper", "--reload").out()).contains("no setting changed");
        assertThat(firn.plugin("config", "looker").out()).contains("has no settings, or is not active");
    }

    @Test
    void runsACommandOfAPluginWithArguments() {
        Firn.Ran ran = firn.plugin("call", "keeper", "echo", "--topic", "T", "--times=2", "--flag");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out().lines().skip(1)).singleElement().asString().contains("T", "2", "true");
        assertThat(firn.plugin("call", "keeper", "echo", "--json").out()).contains("\"topic\": \"all\"");
    }

    @Test
    void aCommandsFailureIsALineThatNamesThePlugin() {
        assertThat(firn.plugin("call", "keeper", "echo", "--times", "9").err()).contains("times=9: expected", "1..5");
        assertThat(firn.plugin("call", "keeper", "echo", "--tims", "1").err())
                .contains("unknown key tims", "did you mean times?");
        assertThat(firn.plugin("call", "keeper", "ecko").err())
                .contains("plugin keeper has no command ecko; did you mean echo?");
        assertThat(firn.plugin("call", "keeper", "fail").err()).contains("plugin keeper", "failed on purpose");
        assertThat(firn.plugin("call", "keeper", "echo", "oops").err()).contains("\"oops\" is not understood");
        assertThat(firn.plugin("call", "keeper", "echo", "--flag", "--flag").err())
                .contains("given twice");
    }

    @Test
    void listsCommandsAndTheirArguments() {
        assertThat(firn.plugin("call", "keeper").out()).contains("echo", "fail", "CHANGES");
        assertThat(firn.plugin("call", "keeper", "echo", "--help").out())
                .containsPattern("--topic +text +all +Which\\.")
                .containsPattern("--times +\\S.* 1\\.\\.5");
    }

    @Test
    void aGroupOfItsOwnRunsTheCommandsOfItsPlugin() {
        Firn.Ran ran = Firn.run(
                "keep", "echo", "--topic", "T", "--admin", room.broker().admin());

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("T", "false");
        assertThat(Firn.run("keep", "--admin", room.broker().admin()).out()).contains("echo", "fail");
        assertThat(Firn.run("tier", "status", "--admin", room.broker().admin()).err())
                .contains("there is no plugin tiered-s3");
    }

    @Test
    void getsADispatcherPastTheBatchItIsStuckOn() throws IOException {
        room.shared.put("stuck", true);
        try {
            room.send("T", "stuck");
            await().atMost(KeeperBroker.PATIENCE)
                    .until(() ->
                            firn.plugin("dispatcher", "list", "keeper").out().contains("FAILING"));

            Firn.Ran ran = firn.plugin("dispatcher", "skip", "keeper", "copy");

            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(ran.out()).contains("dispatcher copy of plugin keeper goes on at");
        } finally {
            room.shared.remove("stuck");
        }
        await().atMost(KeeperBroker.PATIENCE)
                .until(() -> firn.plugin("dispatcher", "list", "keeper").out().contains("GOOD"));
        assertThat(room.audit()).contains("operator at 127.0.0.1 dispatcher copy of plugin keeper skips from");
        assertThat(firn.plugin("dispatcher", "skip", "keeper", "kopy").err())
                .contains("plugin keeper has no dispatcher kopy; did you mean copy?");
        assertThat(firn.plugin("dispatcher", "skip", "keeper", "--to", "1").err())
                .contains("can skip to a position above");
    }

    @Test
    void breaksAHoldWithAReasonForTheAuditor() throws IOException {
        String body = "x".repeat(200_000);
        room.createTopic("U");
        for (int i = 0; i < 16; i++) {
            assertThat(room.send("U", body).code()).isEqualTo(ResponseCode.SUCCESS);
        }
        await().atMost(KeeperBroker.PATIENCE)
                .until(() -> firn.plugin("info", "keeper").out().contains("kept on purpose"));

        assertThat(firn.plugin("break-hold", "keeper").exit()).isEqualTo(2);
        assertThat(firn.plugin("break-hold", "keeper", "--reason", " ").err()).contains("needs a reason");
        assertThat(firn.plugin("break-hold", "keeper", "--reason", "x", "--segment", "17")
                        .err())
                .contains("plugin keeper holds no segment 17", "00000000000000000000");
        Firn.Ran ran =
                firn.plugin("break-hold", "keeper", "--segment", "00000000000000000000", "--reason", "disk\nfull");

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("below log position 1048576 are broken");
        assertThat(room.audit())
                .contains(
                        "operator at 127.0.0.1 because: disk full the holds of plugin keeper on the log below 1048576");
        await().atMost(KeeperBroker.PATIENCE)
                .until(() -> Files.notExists(room.data().resolve("commitlog").resolve("00000000000000000000")));
        assertThat(firn.plugin("break-hold", "looker", "--reason", "x").err()).contains("holds no segment");
    }

    @Test
    void saysWhatToDoWhenNoBrokerAnswers() {
        Firn.Ran ran = Firn.run("plugin", "list", "--admin", "http://127.0.0.1:1");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .startsWith("firn: no broker answers at http://127.0.0.1:1: start one with 'firn start'")
                .hasLineCount(1);
        assertThat(Firn.run("plugin", "list", "--admin", "::").err()).contains("is no address");
        assertThat(Firn.run("plugin", "list", "-Dfirn.admin.port=0").err()).contains("--admin http://host:port");
        assertThat(Firn.run("plugin").exit()).isEqualTo(2);
        assertThat(Firn.run("plugin", "lst").err()).contains("lst");
    }

    @Test
    void findsTheAddressInTheBrokersSettings() throws IOException {
        String port = room.broker().admin().replaceFirst(".*:", "");
        Path conf =
                Files.writeString(root.resolve("broker.conf"), "bindAddress=0.0.0.0\nfirn.admin.port=" + port + "\n");

        assertThat(Firn.run("plugin", "list", "-c", conf.toString()).out()).contains("keeper");
    }
}
