package io.firn.tableview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Tables over queues in memory. */
final class TableViewTest {

    private static final TableQueue A = new TableQueue("broker-a", 0);
    private static final TableQueue B = new TableQueue("broker-b", 0);
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final ListSource source = new ListSource().with(A).with(B);
    private Instant now = Instant.ofEpochMilli(5_000_000);
    private TableView table;

    @AfterEach
    void close() {
        if (table != null) {
            table.close();
            assertThat(source.isClosed()).isTrue();
        }
    }

    private TableOptions options() {
        return TableOptions.of("127.0.0.1:1", "prices");
    }

    private TableView open(TableOptions options) {
        InstantSource clock = () -> now;
        table = TableView.open(options, source, clock);
        return table;
    }

    private TableView ready(TableOptions options) throws InterruptedException {
        assertThat(open(options).awaitReady(LONG)).isTrue();
        return table;
    }

    private String value(String key) {
        return table.get(key)
                .map(entry -> new String(entry.body(), StandardCharsets.UTF_8))
                .orElse(null);
    }

    @Test
    void theLatestOfEachKeyIsThereWhenItIsReady() throws Exception {
        for (int i = 0; i < 100; i++) {
            source.send(i % 2 == 0 ? A : B, "k" + i % 10, "v" + i);
        }
        source.send(A, "k0", null);
        ready(options());

        assertThat(table.size()).isEqualTo(9);
        assertThat(value("k9")).isEqualTo("v99");
        assertThat(table.get("k0")).isEmpty();
        assertThat(table.positions()).containsEntry(A, 51L).containsEntry(B, 50L);
    }

    @Test
    void anEmptyTopicIsReadyAtOnce() throws Exception {
        assertThat(ready(options()).size()).isZero();
        assertThat(table.isReady()).isTrue();
    }

    @Test
    void aTailOfGapsAndTombstonesIsReadToItsEnd() throws Exception {
        for (int i = 0; i < 30; i++) {
            source.send(A, "k" + i, "v");
        }
        for (long offset = 10; offset < 30; offset++) {
            source.drop(A, offset);
        }
        source.send(B, "only", null);
        ready(options());

        assertThat(table.size()).isEqualTo(10);
        assertThat(table.positions()).containsEntry(A, 30L).containsEntry(B, 1L);
    }

    @Test
    void itFollowsWhatIsSentAndTellsItsListeners() throws Exception {
        ready(options());
        List<String> told = new CopyOnWriteArrayList<>();
        Runnable end = table.listen((key, before, after) ->
                told.add(key + (before == null ? " new" : "") + (after == null ? " gone" : "")));
        table.listen((key, before, after) -> {
            throw new IllegalStateException("a listener's own fault");
        });
        source.send(A, "k", "1");
        source.send(A, "k", "2");
        long last = source.send(A, "k", null);

        assertThat(table.awaitOffset(A, last, LONG)).isTrue();
        assertThat(told).containsExactly("k new", "k", "k gone");
        end.run();
        assertThat(table.awaitOffset(A, source.send(A, "k", "3"), LONG)).isTrue();
        assertThat(told).hasSize(3);
        assertThat(value("k")).isEqualTo("3");
        assertThat(table.awaitOffset(A, 100, Duration.ofMillis(1))).isFalse();
    }

    @Test
    void brokersThatDoNotAnswerAreAskedAgain() throws Exception {
        source.send(A, "k", "1");
        source.failNext(2);
        open(options());
        await().atMost(LONG).until(() -> table.trouble().isPresent());
        assertThat(table.awaitReady(LONG)).isTrue();
        assertThat(value("k")).isEqualTo("1");
        assertThat(table.trouble()).isEmpty();
    }

    @Test
    void aQueueThatLostItsEndIsReadAgain() throws Exception {
        source.send(A, "k", "1");
        source.send(A, "lost", "1");
        source.send(B, "b", "1");
        ready(options());
        source.truncate(A, 1);
        // the read under way waits at an offset that is gone
        source.send(B, "b", "2");
        await().atMost(LONG).until(() -> table.get("lost").isEmpty());
        await().atMost(LONG).until(() -> "1".equals(value("k")));
        assertThat(value("b")).isEqualTo("2");
    }

    @Test
    void aRestartGoesOnWhereItWas() throws Exception {
        TableOptions options = options().keptIn(directory.resolve("table"));
        source.send(A, "a", "1");
        source.send(A, "b", "1");
        source.send(B, "c", "1");
        ready(options).close();
        // compaction has been here: who began anew would not see it, who goes on need not
        source.drop(A, 0);
        ListSource again = source;
        long last = again.send(A, "b", null);
        ready(options);

        assertThat(table.awaitOffset(A, last, LONG)).isTrue();
        assertThat(value("a")).isEqualTo("1");
        assertThat(table.get("b")).isEmpty();
        assertThat(value("c")).isEqualTo("1");
    }

    @Test
    void aConditionalWriteCountsAsItDoesForTheBroker() throws Exception {
        TableOptions options = options().keptIn(directory.resolve("table"));
        long first = source.sendIf(A, "a", "first", -1);
        source.sendIf(A, "a", "late", -1);
        source.sendIf(A, "b", "seen", source.send(A, "b", "1"));
        long deleted = source.send(A, "c", null);
        source.sendIf(A, "c", "before the delete", deleted - 1);
        ready(options);
        assertThat(value("a")).isEqualTo("first");
        assertThat(value("b")).isEqualTo("seen");
        assertThat(table.get("c")).isEmpty();
        table.close();

        source.sendIf(A, "c", "before the delete", deleted - 1);
        source.sendIf(A, "a", null, first);
        ready(options);
        assertThat(table.get("c")).as("deletes are kept with the table").isEmpty();
        assertThat(table.get("a")).isEmpty();
        table.awaitOffset(A, source.sendIf(A, "c", "after it", deleted), LONG);
        assertThat(value("c")).isEqualTo("after it");
    }

    @Test
    void aStateThatIsOldOrDamagedOrOfAnotherTopicIsNotUsed() throws Exception {
        Path file = directory.resolve("table");
        TableOptions options = options().keptIn(file);
        source.send(A, "a", "1");
        ready(options).close();
        source.drop(A, 0);
        byte[] sound = Files.readAllBytes(file);

        now = now.plus(Duration.ofHours(13));
        assertThat(ready(options).size()).as("too old").isZero();
        table.close();
        now = now.minus(Duration.ofHours(13));
        for (int at = 0; at < sound.length; at += 5) {
            byte[] damaged = sound.clone();
            damaged[at] ^= 0x40;
            Files.write(file, damaged);
            assertThatThrownBy(() -> new StateFile(file).load())
                    .as("byte " + at)
                    .isInstanceOf(java.io.IOException.class);
        }
        assertThat(ready(options).size()).as("damaged").isZero();
        table.close();
        Files.write(file, sound);
        TableOptions other = TableOptions.of("127.0.0.1:1", "other").keptIn(file);
        assertThat(ready(other).size()).as("of another topic").isZero();
        table.close();
        Files.write(file, sound);
        assertThat(ready(options).size()).as("as it was").isEqualTo(1);
    }

    @Test
    void randomWritesGiveWhatASortedMapGives(TestReporter reporter) throws Exception {
        long seed = Long.getLong("firn.seed", 7L);
        reporter.publishEntry("seed", String.valueOf(seed));
        Random random = new Random(seed);
        Map<String, String> oracle = new HashMap<>();
        open(options());
        long[] last = {-1, -1};
        for (int i = 0; i < 5_000; i++) {
            String key = "k" + random.nextInt(200);
            TableQueue queue = (key.hashCode() & 1) == 0 ? A : B;
            String value = random.nextInt(5) == 0 ? null : "v" + i;
            last[queue.equals(A) ? 0 : 1] = source.send(queue, key, value);
            if (value == null) {
                oracle.remove(key);
            } else {
                oracle.put(key, value);
            }
        }
        assertThat(table.awaitOffset(A, last[0], LONG)).isTrue();
        assertThat(table.awaitOffset(B, last[1], LONG)).isTrue();
        Map<String, String> shown = new HashMap<>();
        table.snapshot().keySet().forEach(key -> shown.put(key, value(key)));
        assertThat(shown).as("seed " + seed).isEqualTo(oracle);
    }

    @Test
    void optionsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> TableOptions.of("", "t")).hasMessageContaining("name servers");
        assertThatThrownBy(() -> new TableOptions("a:1", "t", "g", "KEYS", 0, null))
                .hasMessageContaining("batch");
    }
}
