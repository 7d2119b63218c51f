package io.firn.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.queue.KeyIndex.KeyType;
import io.firn.broker.queue.KeyIndex.Range;
import io.firn.broker.record.SysFlag;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding records by key, and the bytes of index files. */
final class KeyIndexTest {

    private static final Range ALWAYS = new Range(0, Long.MAX_VALUE);

    @TempDir
    Path root;

    /** The expected bytes were written by RocketMQ 5.5.0's own index file class, given the same keys. */
    @Test
    void writesTheBytesThatRocketMqWrites() throws IOException {
        try (Store store = Store.open(root, "maxHashSlotNum=10", "maxIndexNum=5")) {
            assertThat(store.put(sized(378, "UNIQ_KEY=k1", "KEYS=k2", "TAGS=TagA")))
                    .isZero();
            store.clock.advance(Duration.ofMillis(2_500));
            assertThat(store.put(sized(288, "UNIQ_KEY=k1", "KEYS=k9"))).isEqualTo(500);
            store.clock.advance(Duration.ofMillis(7_499));
            assertThat(store.put(sized(1, "KEYS=\u00e9\u4e2d"))).isEqualTo(900);
        }
        List<Path> files = indexFiles();
        assertThat(files).hasSize(2);
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(files.get(0))))
                .isEqualTo("0000018bcfe568000000018bcfe571c4000000000000000000000000000001f40000000300000005"
                        + "00000000000000000000000000000000000000000000000400000002000000000000000000000003"
                        + "0000000000000000000000000000000000000000"
                        + "0026bfb500000000000000000000000000000000"
                        + "0026bfb600000000000000000000000000000000"
                        + "1d373a1b00000000000000000000000000000000"
                        + "0026bfb500000000000001f40000000200000001");
        assertThat(HexFormat.of().formatHex(Files.readAllBytes(files.get(1))))
                .isEqualTo("0000018bcfe571c40000018bcfe58f0f00000000000001f400000000000003840000000200000003"
                        + "00000000000000000000000000000001000000000000000200000000000000000000000000000000"
                        + "0000000000000000000000000000000000000000"
                        + "0026bfbd00000000000001f40000000000000000"
                        + "00271cf300000000000003840000000700000000"
                        + "0000000000000000000000000000000000000000"
                        + "0000000000000000000000000000000000000000");
    }

    @Test
    void findsRecordsByUniqueIdKeyAndTag() {
        try (Store store = Store.open(root)) {
            long first = store.put(Message.of("T", 0, "1", "UNIQ_KEY=u1", "KEYS=a  b", "TAGS=x"));
            long second = store.put(Message.of("T", 1, "2", "UNIQ_KEY=u2", "KEYS=b", "TAGS=x"));
            store.put(Message.of("U", 0, "3", "KEYS=b"));

            assertThat(find(store, "u1", KeyType.UNIQUE)).containsExactly(first);
            assertThat(find(store, "a", KeyType.KEY)).containsExactly(first);
            assertThat(find(store, "b", KeyType.KEY)).containsExactly(second, first);
            assertThat(find(store, "x", KeyType.TAG)).containsExactly(second, first);
            assertThat(find(store, "x", KeyType.KEY)).isEmpty();
            assertThat(store.index.query("T", "b", KeyType.KEY, ALWAYS, 1).positions())
                    .containsExactly(second);
        }
    }

    @Test
    void leavesTagsOutWhenToldTo() {
        try (Store store = Store.open(root, "firn.queue.indexTags=false")) {
            long position = store.put(Message.of("T", 0, "1", "KEYS=a", "TAGS=x"));
            assertThat(find(store, "x", KeyType.TAG)).isEmpty();
            assertThat(find(store, "a", KeyType.KEY)).containsExactly(position);
        }
    }

    @Test
    void makesNoFileWhenSwitchedOff() {
        try (Store store = Store.open(root, "messageIndexEnable=false")) {
            store.put(Message.of("T", 0, "1", "KEYS=a"));
            assertThat(find(store, "a", KeyType.KEY)).isEmpty();
            assertThat(root.resolve("index")).doesNotExist();
        }
    }

    @Test
    void leavesRolledBackMessagesOut() {
        try (Store store = Store.open(root)) {
            store.put(new Message("T", 0, SysFlag.TRANSACTION_ROLLBACK, new byte[1], "KEYS=a"));
            long prepared = store.put(new Message("T", 0, SysFlag.TRANSACTION_PREPARED, new byte[1], "KEYS=a"));
            assertThat(find(store, "a", KeyType.KEY)).containsExactly(prepared);
        }
    }

    @Test
    void limitsAQueryToATimeRange() {
        try (Store store = Store.open(root)) {
            long start = store.clock.millis();
            long[] positions = new long[10];
            for (int i = 0; i < positions.length; i++) {
                positions[i] = store.put(Message.of("T", 0, "x", "KEYS=k"));
                store.clock.advance(Duration.ofSeconds(10));
            }
            assertThat(query(store, start + 30_000, start + 50_999))
                    .containsExactly(positions[5], positions[4], positions[3]);
            assertThat(query(store, start + 90_000, Long.MAX_VALUE)).containsExactly(positions[9]);
            assertThat(query(store, 0, start)).containsExactly(positions[0]);
            assertThat(query(store, 0, start - 1_000)).isEmpty();
            assertThat(query(store, start + 95_000, Long.MAX_VALUE)).isEmpty();
        }
    }

    @Test
    void findsKeysInAllFilesAlsoAfterARestart() {
        long[] positions = new long[300];
        try (Store store = Store.open(root, "maxIndexNum=40")) {
            for (int i = 0; i < positions.length; i++) {
                positions[i] = store.put(Message.of("T", 0, "x", "UNIQ_KEY=u" + i));
            }
        }
        try (Store store = Store.open(root, "maxIndexNum=40")) {
            assertThat(indexFiles()).hasSize(8);
            for (int i = 0; i < positions.length; i++) {
                assertThat(find(store, "u" + i, KeyType.UNIQUE)).contains(positions[i]);
            }
            long next = store.put(Message.of("T", 0, "x", "UNIQ_KEY=u0"));
            assertThat(find(store, "u0", KeyType.UNIQUE)).contains(next, positions[0]);
            assertThat(store.index.query("T", "u0", KeyType.UNIQUE, ALWAYS, 9).lastPosition())
                    .isEqualTo(next);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void keepsWhatWasSafeAfterACrashAndIndexesTheRestAgainOnce() throws IOException {
        for (int safe : new int[] {0, 1, 20, 39, 40, 77}) {
            Path home = root.resolve("home" + safe);
            Path copy = root.resolve("copy" + safe);
            long[] positions = new long[100];
            try (Store store = Store.open(home, "maxIndexNum=40")) {
                for (int i = 0; i < positions.length; i++) {
                    if (i == safe) {
                        store.forcer.forceNow();
                    }
                    positions[i] = store.put(Message.of("T", 0, "x", "UNIQ_KEY=u" + i % 50));
                }
                Store.crashCopy(home, copy);
            }
            try (Store store = Store.open(copy, "maxIndexNum=40")) {
                for (int i = 0; i < 50; i++) {
                    assertThat(find(store, "u" + i, KeyType.UNIQUE))
                            .as("key %d after a crash behind %d", i, safe)
                            .containsExactly(positions[i + 50], positions[i]);
                }
            }
        }
    }

    @Test
    void namesAFileOfTheWrongLengthOrName() throws IOException {
        try (Store store = Store.open(root)) {
            store.put(Message.of("T", 0, "x", "KEYS=k"));
        }
        assertThatThrownBy(() -> Store.open(root, "maxHashSlotNum=101"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("has 8440 bytes, not 8444")
                .hasMessageContaining("maxHashSlotNum");
        Path stray = Files.createFile(root.resolve("index/readme"));
        assertThatThrownBy(() -> Store.open(root))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(stray + " is no index file");
    }

    @Test
    void deletesExpiredFilesButNeverTheLast() throws IOException {
        try (Store store = Store.open(root, "maxIndexNum=11")) {
            long position = 0;
            for (int i = 0; i < 35; i++) {
                position = store.put(Message.of("T", 0, "x", "UNIQ_KEY=u" + i));
            }
            assertThat(indexFiles()).hasSize(4);
            assertThat(store.index.deleteBelow(store.reader.local().maxOffset("T", 0)))
                    .isZero();
            assertThat(store.index.deleteBelow(position + 1)).isEqualTo(3);
            assertThat(indexFiles()).hasSize(1);
            assertThat(find(store, "u34", KeyType.UNIQUE)).contains(position);
        }
    }

    private static long[] find(Store store, String key, KeyType type) {
        return store.index.query("T", key, type, ALWAYS, 100).positions();
    }

    private static long[] query(Store store, long beginMs, long endMs) {
        return store.index
                .query("T", "k", KeyType.KEY, new Range(beginMs, endMs), 100)
                .positions();
    }

    private List<Path> indexFiles() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("index"))) {
            return files.sorted().toList();
        }
    }

    private static Message sized(int bodyBytes, String... properties) {
        return Message.of("T", 0, new String(new byte[bodyBytes], StandardCharsets.US_ASCII), properties);
    }
}
