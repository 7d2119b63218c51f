package io.firn.broker.plugin.desk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.plugin.Keeper;
import io.firn.broker.plugin.KeeperBroker;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands of plugins over the remoting protocol, with a real jar in a whole broker. */
final class PluginCommandHandlerTest {

    @TempDir
    private Path root;

    private KeeperBroker room;

    @BeforeEach
    void start() {
        room = new KeeperBroker(root);
        Keeper.jar("1.0.0").into(room.jars, "keeper.jar");
        room.start();
    }

    @AfterEach
    void stop() {
        room.close();
    }

    private RemotingCommand run(String plugin, String command, String body) {
        return room.broker().askWithBody(RequestCode.PLUGIN_COMMAND, body, "plugin", plugin, "cmd", command);
    }

    @Test
    void theCodeFitsBothHeaderEncodings() {
        assertThat(RequestCode.PLUGIN_COMMAND).isBetween(1, (int) Short.MAX_VALUE);
    }

    @Test
    void runsACommandWithArgumentsAndAnswersJson() {
        RemotingCommand answer = run("keeper", "echo", "{\"topic\":\"T\",\"times\":2}");

        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(new String(answer.bodyBytes(), UTF_8)).contains("\"topic\": \"T\"", "\"times\": 2");
        assertThat(run("keeper", "echo", "").code()).isEqualTo(ResponseCode.SUCCESS);
    }

    @Test
    void aCommandThatChangesSomethingIsALineInTheAuditLog() throws IOException {
        RemotingCommand answer = run("keeper", "fail", "{}");

        assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(answer.remark()).contains("plugin keeper", "failed on purpose");
        assertThat(room.audit()).contains("keeper@1.0.0 operator at 127.0.0.1 runs: fail");
    }

    @Test
    void whatIsWrongWithTheRequestIsSaid() {
        assertInvalid(run("keepr", "echo", "{}"), "there is no plugin keepr; did you mean keeper?");
        assertInvalid(run("keeper", "ecko", "{}"), "has no command ecko; did you mean echo?");
        assertInvalid(run("keeper", "echo", "{\"times\":9}"), "times=9: expected");
        assertInvalid(run("keeper", "echo", "[1"), "JSON");
        assertInvalid(run("keeper", "echo", "{\"topic\":\"" + "x".repeat(1 << 20) + "\"}"), "more than 1048576");
        assertThat(room.broker()
                        .ask(RequestCode.PLUGIN_COMMAND, "plugin", "keeper")
                        .remark())
                .contains("cmd");
    }

    private static void assertInvalid(RemotingCommand answer, String why) {
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThat(answer.remark()).contains(why);
    }
}
