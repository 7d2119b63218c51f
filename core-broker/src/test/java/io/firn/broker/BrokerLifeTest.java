package io.firn.broker;

import static io.firn.broker.RunningBroker.pullFields;
import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.server.BindException;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole broker opens, closes, opens again, and refuses to start with a reason. */
final class BrokerLifeTest {

    @TempDir
    Path root;

    @Test
    void findsEverythingAgainAfterARestart() {
        try (RunningBroker broker = RunningBroker.open(root)) {
            for (int i = 0; i < 10; i++) {
                broker.call(RequestCode.SEND_MESSAGE_V2, ("m" + i).getBytes(UTF_8), sendFields("T", 1, ""))
                        .join();
            }
            await().until(() ->
                    RunningBroker.bodies(broker.ask(RequestCode.PULL_MESSAGE, pullFields("T", 1, 0, "sysFlag", "5")))
                                    .size()
                            == 10);
            assertThat(broker.ask(
                                    RequestCode.UPDATE_CONSUMER_OFFSET,
                                    "consumerGroup",
                                    "readers",
                                    "topic",
                                    "T",
                                    "queueId",
                                    "1",
                                    "commitOffset",
                                    "7")
                            .code())
                    .isEqualTo(ResponseCode.SUCCESS);
        }
        try (RunningBroker broker = RunningBroker.open(root)) {
            assertThat(RunningBroker.bodies(broker.ask(RequestCode.PULL_MESSAGE, pullFields("T", 1, 0))))
                    .containsExactly("m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9");
            assertThat(broker.ask(
                                    RequestCode.QUERY_CONSUMER_OFFSET,
                                    "consumerGroup",
                                    "readers",
                                    "topic",
                                    "T",
                                    "queueId",
                                    "1")
                            .ext()
                            .get("offset"))
                    .isEqualTo("7");
            assertThat(broker.call(RequestCode.SEND_MESSAGE_V2, "next".getBytes(UTF_8), sendFields("T", 1, ""))
                            .join()
                            .ext()
                            .get("queueOffset"))
                    .isEqualTo("10");
        }
    }

    @Test
    void forgetsAChangedSettingThatWasGivenAnotherValue() {
        Map<String, String> given = RunningBroker.settings(root, "fileReservedTime=72");
        ChangedSettings.read(root, given).write(new TreeMap<>(Map.of("fileReservedTime", "48")));
        Map<String, String> other = RunningBroker.settings(root, "fileReservedTime=24");
        try (Broker broker = Broker.open(other)) {
            assertThat(broker.readyLine()).isNotEmpty();
        }

        assertThat(ChangedSettings.read(root, given).effective()).containsEntry("fileReservedTime", "72");
    }

    @Test
    void leavesNoThreadBehind() {
        Set<Thread> before = firnThreads();
        RunningBroker.open(root).close();

        await().untilAsserted(() -> {
            Set<Thread> left = firnThreads();
            left.removeAll(before);
            assertThat(left).isEmpty();
        });
    }

    @Test
    void leavesNothingBehindWhenItCanNotOpen() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Set<Thread> before = firnThreads();
            String port = "firn.nameserver.port=" + taken.getLocalPort();

            assertThatThrownBy(() -> Broker.open(RunningBroker.settings(root, port)))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("firn.nameserver.port")
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));

            await().untilAsserted(() -> assertThat(firnThreads()).isSubsetOf(before));
        }
        RunningBroker.open(root).close();
    }

    @Test
    void namesThePortThatIsInUse() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String port = "listenPort=" + taken.getLocalPort();

            assertThatThrownBy(() -> Broker.open(RunningBroker.settings(root, port)))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("listenPort")
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void refusesADirectoryThatAnotherBrokerHas() {
        try (RunningBroker first = RunningBroker.open(root)) {
            assertThatThrownBy(() -> Broker.open(RunningBroker.settings(root)))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining(root.toString());
            assertThat(first.ask(RequestCode.GET_MAX_OFFSET, "topic", "T", "queueId", "0")
                            .code())
                    .isEqualTo(ResponseCode.SUCCESS);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"listenPort=70000", "maxMessageSize=1", "traceOn=perhaps", "deleteWhen=25", "brokerRole=SLAVE"})
    void refusesBadSettingsBeforeAnythingIsOpened(String setting) {
        String key = setting.substring(0, setting.indexOf('='));

        assertThatThrownBy(() -> Broker.open(RunningBroker.settings(root, setting)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key);
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void readsEverySettingThatItKnowsBeforeItRemarksOnTheOthers() {
        ConfigView view = new ConfigView(Map.of("maxMessageSize", "65536", "regionId", "R", "maxMesageSize", "1"));
        BrokerConfigs.from(view);

        List<String> remarks = Settings.remarksOnUnread(view);

        assertThat(remarks).singleElement().asString().contains("maxMesageSize").contains("maxMessageSize?");
    }

    @Test
    void closesTwiceWithoutHarm() {
        Broker broker = Broker.open(RunningBroker.settings(root));
        broker.close();
        broker.close();

        assertThat(broker.readyLine()).startsWith("firn ready: broker 127.0.0.1:");
    }

    private static Set<Thread> firnThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("firn-") && thread.isAlive())
                .collect(Collectors.toSet());
    }
}
