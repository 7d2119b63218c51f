package io.firn.broker.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.topic.TestHome;
import io.firn.broker.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OffsetsTest {

    private static final Duration INTERVAL = Duration.ofSeconds(5);

    @TempDir
    private Path directory;

    private TestHome home;

    @BeforeEach
    void open() {
        home = new TestHome(directory);
    }

    @AfterEach
    void close() {
        home.close();
    }

    private Offsets offsets() {
        return Offsets.open(GroupsConfig.from(new ConfigView(Map.of())), home.config());
    }

    private Path file() {
        return directory.resolve("consumerOffset.json");
    }

    private Map<?, ?> content() throws IOException {
        return Json.decode(Files.readAllBytes(file()), Map.class);
    }

    @Test
    void givesBackWhatWasCommittedLast() {
        Offsets offsets = offsets();
        assertThat(offsets.query("g", "T", 0)).isEqualTo(Offsets.NONE);
        offsets.commit("g", "T", 0, 10);
        offsets.commit("g", "T", 7, 3);
        offsets.commit("g", "T", 0, 4);
        assertThat(offsets.query("g", "T", 0)).isEqualTo(4);
        assertThat(offsets.query("g", "T", 7)).isEqualTo(3);
        assertThat(offsets.query("g", "T", 1)).isEqualTo(Offsets.NONE);
        assertThat(offsets.query("g", "T", -1)).isEqualTo(Offsets.NONE);
        assertThat(offsets.query("g", "T", 100)).isEqualTo(Offsets.NONE);
        assertThat(offsets.of("g", "T")).isEqualTo(Map.of(0, 4L, 7, 3L));
    }

    @Test
    void refusesQueuesThatNoTopicHas() {
        Offsets offsets = offsets();
        assertThatThrownBy(() -> offsets.commit("g", "T", -1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> offsets.commit("g", "T", Integer.MAX_VALUE, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(offsets.all()).isEmpty();
    }

    @Test
    void writesChangesEveryFiveSecondsAndNothingOtherwise() throws IOException {
        Offsets offsets = offsets();
        home.pass(INTERVAL);
        assertThat(file()).doesNotExist();
        offsets.commit("g", "T", 0, 10);
        home.settle();
        assertThat(file()).doesNotExist();
        home.pass(INTERVAL);
        assertThat(content().get("offsetTable")).isEqualTo(Map.of("T@g", Map.of("0", 10)));
        assertThat(offsets.version().counter()).isEqualTo(1);
        Files.delete(file());
        home.pass(INTERVAL);
        assertThat(file()).doesNotExist();
        assertThat(offsets.version().counter()).isEqualTo(1);
    }

    @Test
    void writesTheLastCommitsAtCloseAndReadsThemAgain() {
        Offsets offsets = offsets();
        offsets.commit("g", "T", 2, 10);
        offsets.commit("g@broadcast", "T", 0, 5);
        offsets.close();
        Offsets reopened = offsets();
        assertThat(reopened.all()).isEqualTo(Map.of("T@g", Map.of(2, 10L), "T@g@broadcast", Map.of(0, 5L)));
        assertThat(reopened.version()).isEqualTo(offsets.version());
    }

    @Test
    void keepsAChangeThatCouldNotBeWritten() throws IOException {
        Offsets offsets = offsets();
        offsets.commit("g", "T", 0, 10);
        Path obstacle = Files.createDirectory(directory.resolve("consumerOffset.json.tmp"));
        home.pass(INTERVAL);
        assertThat(home.faults()).hasSize(1).allMatch(StorageException.class::isInstance);
        Files.delete(obstacle);
        home.pass(INTERVAL);
        assertThat(content().get("offsetTable")).isEqualTo(Map.of("T@g", Map.of("0", 10)));
    }

    @Test
    void aResetHoldsUntilAPullTakesIt() {
        Offsets offsets = offsets();
        offsets.commit("g", "T", 0, 10);
        offsets.reset("g", "T", 0, 3);
        assertThat(offsets.isResetPending("g", "T", 0)).isTrue();
        offsets.commit("g", "T", 0, 11);
        assertThat(offsets.query("g", "T", 0)).isEqualTo(3);
        assertThat(offsets.takeReset("g", "T", 0)).isEqualTo(3);
        assertThat(offsets.takeReset("g", "T", 0)).isEqualTo(Offsets.NONE);
        assertThat(offsets.query("g", "T", 0)).isEqualTo(3);
        offsets.commit("g", "T", 0, 4);
        assertThat(offsets.query("g", "T", 0)).isEqualTo(4);
        assertThat(offsets.takeReset("g", "Other", 0)).isEqualTo(Offsets.NONE);
    }

    @Test
    void findsTopicsAndGroupsAndForgetsThem() {
        Offsets offsets = offsets();
        offsets.commit("g", "T", 0, 1);
        offsets.commit("g", "U", 0, 2);
        offsets.commit("h", "T", 1, 3);
        assertThat(offsets.topicsOf("g")).containsExactly("T", "U");
        assertThat(offsets.groupsOf("T")).containsExactly("g", "h");
        offsets.copy("g", "k", "U");
        assertThat(offsets.of("k", "U")).isEqualTo(Map.of(0, 2L));
        offsets.removeTopic("T");
        assertThat(offsets.groupsOf("T")).isEmpty();
        offsets.removeGroup("g");
        assertThat(offsets.all()).isEqualTo(Map.of("U@k", Map.of(0, 2L)));
        offsets.close();
        assertThat(offsets().all()).isEqualTo(Map.of("U@k", Map.of(0, 2L)));
    }

    @Test
    void readsWhatApacheRocketMqWroteAndKeepsItsOtherTables() throws IOException {
        try (InputStream golden = getClass().getResourceAsStream("apache-5.5.0-consumerOffset.json")) {
            Files.write(file(), Objects.requireNonNull(golden).readAllBytes());
        }
        Map<?, ?> before = content();
        Offsets offsets = offsets();
        assertThat(offsets.of("Readers", "Orders")).isEqualTo(Map.of(0, 2L, 1, 3L, 2, 3L, 3, 2L));
        offsets.commit("Readers", "Orders", 0, 5);
        offsets.close();
        Map<?, ?> after = content();
        assertThat(after.get("pullOffsetTable")).isEqualTo(before.get("pullOffsetTable"));
        assertThat(after.containsKey("groupTopicMap")).isFalse();
        assertThat(offsets().query("Readers", "Orders", 0)).isEqualTo(5);
    }

    @Test
    void keepsKeysThatNameNoGroup() throws IOException {
        Files.writeString(file(), "{\"offsetTable\":{\"lonely\":{0:6}},\"resetOffsetTable\":{\"T@g\":{1:2}}}");
        Offsets offsets = offsets();
        offsets.commit("g", "T", 0, 1);
        offsets.close();
        assertThat(content().get("offsetTable")).isEqualTo(Map.of("lonely", Map.of("0", 6), "T@g", Map.of("0", 1)));
        assertThat(content().get("resetOffsetTable")).isEqualTo(Map.of("T@g", Map.of("1", 2)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"offsetTable\":{\"T@g\":{0:6; is not a JSON object",
                "{\"offsetTable\":{\"T@g\":{\"x\":6}}}; T@g.key = x, expected a queue id",
                "{\"offsetTable\":{\"T@g\":{\"-1\":6}}}; T@g.key = -1, expected a queue id",
                "{\"offsetTable\":{\"T@g\":{0:\"six\"}}}; T@g.0 = six, expected an integer",
                "{\"offsetTable\":[]}; offsetTable = [], expected an object"
            })
    void namesFileAndFieldOfABrokenFile(String content, String reason) throws IOException {
        Files.writeString(file(), content);
        assertThatThrownBy(this::offsets)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("consumerOffset.json")
                .hasMessageContaining(reason)
                .hasMessageContaining("correct the file");
    }

    @Test
    void losesNoCommitWhileQueuesAppearAndTheFileIsWritten() throws InterruptedException {
        long seed = Long.getLong("firn.seed", new Random().nextLong());
        Offsets offsets = offsets();
        int threadCount = 4;
        List<Map<Integer, Long>> expected = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < threadCount; t++) {
            Map<Integer, Long> last = new HashMap<>();
            expected.add(last);
            Random random = new Random(seed + t);
            int lane = t;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 20_000; i++) {
                    int queueId = random.nextInt(64) * threadCount + lane;
                    long offset = random.nextInt(1_000_000);
                    offsets.commit("g", "T", queueId, offset);
                    last.put(queueId, offset);
                }
            }));
        }
        for (int i = 0; i < 20; i++) {
            offsets.persist();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        offsets.close();
        Map<Integer, Long> all = new HashMap<>();
        expected.forEach(all::putAll);
        assertThat(offsets().of("g", "T")).as("seed %s", seed).isEqualTo(all);
    }

    @Test
    void committingToAKnownQueueAllocatesNothing() {
        Offsets offsets = offsets();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        String group = "g";
        String topic = "T";
        for (int i = 0; i < 50_000; i++) {
            offsets.commit(group, topic, i & 7, i);
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 50_000; i++) {
            offsets.commit(group, topic, i & 7, i);
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(bytes).isLessThan(50_000);
    }
}
