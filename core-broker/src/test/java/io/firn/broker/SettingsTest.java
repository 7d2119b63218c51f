package io.firn.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.cli.ConfFile;
import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where settings come from, and what is said about those that can not be used. */
final class SettingsTest {

    @TempDir
    private Path directory;

    @Test
    void readsTheFileAndLetsOverridesWin() throws IOException {
        Path file = Files.writeString(
                directory.resolve("broker.conf"), "# a comment\nbrokerName = broker-b\nlistenPort=10911\n");
        assertThat(ConfFile.load(file, Map.of("listenPort", "0")))
                .containsOnly(Map.entry("brokerName", "broker-b"), Map.entry("listenPort", "0"));
    }

    @Test
    void namesTheFileThatIsNotThere() {
        Path file = directory.resolve("missing.conf");
        assertThatThrownBy(() -> ConfFile.load(file, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void namesTheFileThatIsADirectory() {
        assertThatThrownBy(() -> ConfFile.load(directory, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(directory.toString());
    }

    @Test
    void namesTheFileThatIsNotText() throws IOException {
        Path file = Files.write(directory.resolve("broker.conf"), new byte[] {'a', '=', (byte) 0xff, (byte) 0xfe});
        assertThatThrownBy(() -> ConfFile.load(file, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void namesTheFileWithABrokenEscape() throws IOException {
        Path file = Files.writeString(directory.resolve("broker.conf"), "brokerName=\\u12\n");
        assertThatThrownBy(() -> ConfFile.load(file, Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(file.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "listenPort, 70000, integer 0..65535",
        "listenPort, ten, integer 0..65535",
        "flushDiskType, NEVER, 'ASYNC_FLUSH, SYNC_FLUSH'",
        "mappedFileSizeCommitLog, 2GiB, size 64KiB..1GiB",
        "maxMessageSize, 20MiB, size 1KiB..15MiB",
        "traceOn, perhaps, true or false",
        "deleteWhen, 25, hours 00..23",
        "messageDelayLevel, soon, delays such as",
        "bindAddress, 300.1.1.1, an address of this machine",
        "brokerName, a b, letters"
    })
    void aBadValueNamesKeyValueAndWhatIsAllowed(String key, String value, String allowed) {
        ConfigView view = new ConfigView(Map.of(key, value));
        assertThatThrownBy(() -> BrokerConfigs.from(view))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(key, value, allowed);
    }

    @Test
    void anUnknownKeyIsNamedWithTheNearestKnownOne() {
        assertThat(remarks(Map.of("listenPrt", "1")))
                .containsExactly("unknown setting listenPrt, ignored; did you mean listenPort?");
        assertThat(remarks(Map.of("firn.admn.port", "1")))
                .singleElement()
                .asString()
                .contains("firn.admin.port");
    }

    @Test
    void aKnownKeyWithoutMeaningHereIsNamedWithTheReason() {
        assertThat(remarks(Map.of("sendMessageThreadPoolNums", "16")))
                .singleElement()
                .asString()
                .startsWith("setting sendMessageThreadPoolNums is not used: ")
                .doesNotContain("did you mean");
    }

    @ParameterizedTest
    @CsvSource({"regionId, north", "traceOn, false", "firn.log.dir, elsewhere", "storePathCommitLog, log"})
    void nothingIsSaidAboutAKeyThatIsUsed(String key, String value) {
        assertThat(remarks(Map.of(key, value))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "aclEnable, true",
        "authenticationEnabled, TRUE",
        "authorizationEnabled, true",
        "brokerRole, SLAVE",
        "brokerRole, ' SYNC_MASTER '",
        "enableControllerMode, true",
        "enableDLegerCommitLog, true",
        "storeType, defaultRocksDB"
    })
    void aPromiseThatCanNotBeKeptStopsTheStart(String key, String value) {
        assertThatThrownBy(() -> Settings.refuseUnkeepablePromises(Map.of(key, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll(key, value, "remove the key");
    }

    @Test
    void theSameKeysAreTakenWhenTheyAskForNothing() {
        assertThatCode(() -> Settings.refuseUnkeepablePromises(
                        Map.of("aclEnable", "false", "brokerRole", "ASYNC_MASTER", "storeType", "default")))
                .doesNotThrowAnyException();
    }

    @Test
    void theLogLiesBelowTheStoresRootUnlessItIsElsewhere() {
        assertThat(BrokerConfigs.from(new ConfigView(Map.of())).log().directory())
                .isEqualTo(Path.of("data", "commitlog").toAbsolutePath());
        assertThat(BrokerConfigs.from(new ConfigView(Map.of("storePathRootDir", directory.toString())))
                        .log()
                        .directory())
                .isEqualTo(directory.resolve("commitlog"));
        assertThat(BrokerConfigs.from(new ConfigView(Map.of("storePathCommitLog", directory.toString())))
                        .log()
                        .directory())
                .isEqualTo(directory);
    }

    private static List<String> remarks(Map<String, String> settings) {
        ConfigView view = new ConfigView(settings);
        BrokerConfigs configs = BrokerConfigs.from(view);
        return Settings.remarksOnUnread(configs.view());
    }
}
