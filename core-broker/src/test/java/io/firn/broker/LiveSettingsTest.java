package io.firn.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.admin.SettingsDesk;
import io.firn.broker.consume.PullConfig;
import io.firn.broker.group.GroupsConfig;
import io.firn.broker.retention.RetentionConfig;
import io.firn.broker.runtime.ConfigKey;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.topic.TopicsConfig;
import io.firn.broker.wire.RequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings that change while the broker runs: checked, kept, handed on; or refused with nothing changed. */
final class LiveSettingsTest {

    @TempDir
    Path root;

    private final List<RetentionConfig> retentions = new ArrayList<>();
    private final List<PullConfig> pulls = new ArrayList<>();
    private Map<String, String> given;
    private LiveSettings settings;

    @BeforeEach
    void open() {
        given = new HashMap<>(Map.of("storePathRootDir", root.toString(), "fileReservedTime", "72"));
        settings = open(given);
    }

    private LiveSettings open(Map<String, String> from) {
        ChangedSettings changed = ChangedSettings.read(root, from);
        BrokerConfigs configs = BrokerConfigs.from(new ConfigView(changed.effective()));
        return new LiveSettings(
                configs,
                changed,
                List.of(
                        new LiveSettings.Room(RetentionConfig.LIVE, now -> retentions.add(now.retention())),
                        new LiveSettings.Room(PullConfig.LIVE, now -> pulls.add(now.pulls()))),
                new ManualClock(1_700_000_000_000L));
    }

    @Test
    void handsAChangeToItsRoomAndKeepsIt() {
        SettingsDesk.Settings now = change("fileReservedTime", " 48 ", "diskSpaceWarningLevelRatio", "95");

        assertThat(now.values()).containsEntry("fileReservedTime", "48");
        assertThat(now.version().counter()).isEqualTo(1);
        assertThat(settings.now()).isEqualTo(now);
        assertThat(retentions)
                .singleElement()
                .satisfies(config -> assertThat(config.reserved()).isEqualTo(Duration.ofDays(2)))
                .satisfies(config -> assertThat(config.fullRatio()).isEqualTo(0.95));
        assertThat(pulls).isEmpty();
        assertThat(open(given).now().values()).containsEntry("fileReservedTime", "48");
    }

    @Test
    void doesNothingWhenAllIsAsWished() {
        SettingsDesk.Settings now = change("fileReservedTime", "72", "brokerName", "broker-a");

        assertThat(now.version().counter()).isZero();
        assertThat(retentions).isEmpty();
        assertThat(root.resolve("config")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "brokerName;other;16;settings [brokerName] cannot change while the broker runs",
                "fileReservedTimes;48;1;setting fileReservedTimes is unknown to this broker, did you mean fileReservedTime",
                "fileReservedTime;two days;29;configuration fileReservedTime=two days: expected integer",
                "fileReservedTime;-1;29;fileReservedTime=-1",
                "deleteWhen;25;29;deleteWhen=25: expected hours",
                "diskSpaceCleanForciblyRatio;97;29;at most diskSpaceWarningLevelRatio",
                "longPollingEnable;perhaps;29;longPollingEnable=perhaps"
            })
    void refusesAWholeWishForOneSettingThatIsWrong(String key, String value, int code, String why) {
        SettingsDesk.Settings before = settings.now();

        assertThatThrownBy(() -> change(key, value, "shortPollingTimeMills", "7"))
                .isInstanceOf(RequestException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("nothing was changed")
                .satisfies(e -> assertThat(((RequestException) e).code()).isEqualTo(code));
        assertThat(settings.now()).isEqualTo(before);
        assertThat(retentions).isEmpty();
        assertThat(pulls).isEmpty();
        assertThat(root.resolve("config")).doesNotExist();
    }

    @Test
    void changesNothingWhenTheChangeCanNotBeKept() throws IOException {
        Files.writeString(root.resolve("config"), "a file where the directory should be");

        assertThatThrownBy(() -> change("fileReservedTime", "48"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("changedSettings.json");
        assertThat(settings.now().values()).containsEntry("fileReservedTime", "72");
        assertThat(retentions).isEmpty();
    }

    @Test
    void namesOnlySettingsThatThereAre() {
        ConfigView view = new ConfigView(Map.of());
        assertThat(BrokerConfigs.from(view)).isNotNull();
        List<String> declared = view.declared().stream().map(ConfigKey::name).toList();

        assertThat(Stream.of(RetentionConfig.LIVE, PullConfig.LIVE, TopicsConfig.LIVE, GroupsConfig.LIVE))
                .allSatisfy(keys -> assertThat(declared).containsAll(keys));
    }

    private SettingsDesk.Settings change(String... keysAndValues) {
        Map<String, String> wished = new TreeMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            wished.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return settings.change(new TreeMap<>(wished));
    }
}
