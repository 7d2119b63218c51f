package io.firn.broker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.RunningBroker;
import io.firn.broker.plugin.Keeper;
import io.firn.broker.plugin.KeeperBroker;
import io.firn.broker.plugin.PluginJars;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators and permissions in a broker that runs, at all its doors. */
final class OperatorCommandTest {

    @TempDir
    private Path root;

    private KeeperBroker room;
    private Firn firn;

    @BeforeEach
    void start() {
        room = new KeeperBroker(root);
        Keeper.jar("1.0.0").into(room.jars, "keeper.jar");
        PluginJars.harmless("looker").into(room.jars, "looker.jar");
        room.start();
        firn = new Firn(room);
    }

    @AfterEach
    void stop() {
        room.close();
    }

    private String token(String... words) {
        Firn.Ran ran = firn.plugin(words);
        assertThat(ran.exit()).as(ran.err()).isZero();
        return ran.out().strip().lines().reduce((before, last) -> last).orElseThrow();
    }

    private RunningBroker.Page page(String method, String path, String token) {
        return room.broker().page(method, "/v1/plugins" + path, "", token);
    }

    private RemotingCommand run(String command, String token) {
        return room.broker()
                .askWithBody(RequestCode.PLUGIN_COMMAND, "{}", "plugin", "keeper", "cmd", command, "token", token);
    }

    @Test
    void aBrokerWithoutOperatorsAsksNobodyAndWithOneEverybody() throws IOException {
        assertThat(firn.plugin("operator").out()).contains("operators is not there: nobody is asked");
        assertThat(firn.plugin("call", "keeper", "who").out()).contains("nobody in particular");

        String ann = token("operator", "--new", "ann", "--may", "plugin:keeper:who,plugin:keeper:GET");

        assertThat(page("GET", "", "").status()).isEqualTo(401);
        assertThat(page("GET", "", ann + "x").status()).isEqualTo(401);
        assertThat(page("GET", "", ann).status()).isEqualTo(200);
        assertThat(page("GET", "/keeper/-/config", ann).status()).isEqualTo(200);
        assertThat(page("GET", "/keeper/depth", ann).text()).contains("deep");
        assertThat(page("POST", "/keeper/-/command/who", ann).text()).contains("ann");
        assertThat(page("POST", "/keeper/-/command/fail", ann).status()).isEqualTo(403);
        assertThat(page("POST", "/looker/-/disable", ann).text())
                .contains("operator ann may not plugin:looker:-/disable, only plugin:keeper:who, plugin:keeper:GET");
        assertThat(room.broker().page("GET", "/health", "").status()).isEqualTo(200);
        assertThat(room.broker().page("GET", "/metrics", "").status()).isEqualTo(200);

        assertThat(run("who", ann).code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(run("who", "").code()).isEqualTo(ResponseCode.NO_PERMISSION);
        assertThat(run("fail", ann).code()).isEqualTo(ResponseCode.NO_PERMISSION);
        assertThat(run("fail", ann).remark()).contains("operator ann may not plugin:keeper:fail");

        assertThat(room.audit())
                .contains("keeper@1.0.0 operator at 127.0.0.1 runs: who")
                .contains("keeper@1.0.0 operator ann at 127.0.0.1 runs: who")
                .doesNotContain(ann);
    }

    @Test
    void theCommandLineTakesTheTokenFromAFileAndSaysWhatIsMissing() throws IOException {
        String conf = root.resolve("broker.conf").toString();
        Files.writeString(Path.of(conf), "firn.plugins.operators=" + room.conf.resolve("operators") + "\n");
        String bob = token("operator", "--new", "bob", "--may", "plugin:looker:*");
        Path file = Files.writeString(root.resolve("token"), bob + "\n");

        assertThat(firn.plugin("list").err()).contains("FIRN_TOKEN", "'firn plugin operator -c broker.conf'");
        assertThat(firn.plugin("list", "--token-file", file.toString()).out()).contains("keeper", "looker");
        assertThat(firn.plugin("disable", "--token-file", file.toString(), "looker")
                        .out())
                .contains("looker 1.0.0 is DISABLED");
        assertThat(firn.plugin("break-hold", "--token-file", file.toString(), "keeper", "--reason", "x")
                        .err())
                .contains("operator bob may not plugin:keeper:-/break-hold, only plugin:looker:*");
        assertThat(firn.plugin("list", "--token-file", root.resolve("none").toString())
                        .err())
                .contains("can not read the token in");

        Files.writeString(file, bob + "\n" + bob + "\n");
        assertThat(firn.plugin("list", "--token-file", file.toString()).err())
                .contains("has more than a token: expected one line")
                .doesNotContain(bob);

        assertThat(Firn.run("plugin", "operator", "-c", conf).out())
                .containsPattern("bob +plugin:looker:\\*")
                .doesNotContain(bob);
        assertThat(Firn.run("plugin", "operator", "-c", conf, "--new", "bob", "--may", "plugin:*:*")
                        .err())
                .contains("bob is an operator already");
        assertThat(Firn.run("plugin", "operator", "-c", conf, "--new", "eve").err())
                .contains("say what eve may do");
        assertThat(Firn.run("plugin", "operator", "-c", conf, "--new", "eve", "--may", "all")
                        .err())
                .contains("\"all\" is no permission");
        assertThat(Files.readString(room.conf.resolve("operators"), StandardCharsets.UTF_8))
                .hasLineCount(1)
                .doesNotContain(bob);
    }
}
