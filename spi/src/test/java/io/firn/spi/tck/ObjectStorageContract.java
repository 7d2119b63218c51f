package io.firn.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.firn.spi.contract.CancelToken;
import io.firn.spi.fake.FakeCancelToken;
import io.firn.spi.objects.ObjectContent;
import io.firn.spi.objects.ObjectException;
import io.firn.spi.objects.ObjectException.Reason;
import io.firn.spi.objects.ObjectKey;
import io.firn.spi.objects.ObjectStorage;
import io.firn.spi.objects.ObjectStorage.Listing;
import io.firn.spi.objects.StoredObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a broker and the plugins whose objects it keeps rely on in every {@link ObjectStorage}. */
public abstract class ObjectStorageContract {

    private static final String MINE = "mine";
    private static final int RIVALS = 8;
    private static final long LIMIT_S = 60;

    @TempDir
    private Path files;

    /** A storage without objects; new for each test. */
    protected abstract ObjectStorage storage();

    /** A token that nobody cancels. */
    protected final CancelToken patient() {
        return new FakeCancelToken();
    }

    private static ObjectKey key(String name) {
        return new ObjectKey(MINE, name);
    }

    private static ObjectContent bytes(String text) {
        return new ObjectContent.Bytes(List.of(buffer(text)));
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private String read(ObjectStorage storage, ObjectKey key, long offset, int length) throws ObjectException {
        ByteBuffer into = ByteBuffer.allocate(length);
        storage.read(key, offset, into, patient());
        assertThat(into.remaining()).as("room left in the buffer").isZero();
        return new String(into.array(), StandardCharsets.UTF_8);
    }

    private static void assertFails(Reason reason, Call call) {
        ObjectException failure = catchThrowableOfType(ObjectException.class, call::run);
        assertThat(failure).as("failure").isNotNull();
        assertThat(failure.reason()).as("reason of: %s", failure.getMessage()).isEqualTo(reason);
        assertThat(failure.getMessage()).as("message").isNotBlank();
    }

    private interface Call {
        void run() throws ObjectException;
    }

    @Test
    void givesBackWhatWasPut() throws ObjectException {
        ObjectStorage storage = storage();
        storage.put(key("a/b.c"), bytes("hello"), patient());
        assertThat(read(storage, key("a/b.c"), 0, 5)).isEqualTo("hello");
    }

    @Test
    void putsSeveralBuffersAsOneAndLeavesThemAlone() throws ObjectException {
        ObjectStorage storage = storage();
        ByteBuffer first = buffer("..he").position(2);
        ByteBuffer direct = ByteBuffer.allocateDirect(3).put(buffer("llo")).flip();
        storage.put(key("parts"), new ObjectContent.Bytes(List.of(first, direct)), patient());
        assertThat(read(storage, key("parts"), 0, 5)).isEqualTo("hello");
        assertThat(first.position()).as("position of the first buffer").isEqualTo(2);
        assertThat(direct.position()).as("position of the second buffer").isZero();
    }

    @Test
    void putsPartOfAFile() throws Exception {
        ObjectStorage storage = storage();
        Path file = Files.writeString(files.resolve("content"), "[hello]");
        storage.put(key("region"), new ObjectContent.Region(file, 1, 5), patient());
        assertThat(storage.head(key("region"), patient()).lengthBytes()).isEqualTo(5);
        assertThat(read(storage, key("region"), 0, 5)).isEqualTo("hello");
    }

    @Test
    void refusesAFileThatIsShorterThanItsRegion() throws Exception {
        ObjectStorage storage = storage();
        Path file = Files.writeString(files.resolve("content"), "short");
        ObjectException failure = catchThrowableOfType(
                ObjectException.class,
                () -> storage.put(key("region"), new ObjectContent.Region(file, 1, 100), patient()));
        assertThat(failure).as("failure").isNotNull();
        assertFails(Reason.MISSING, () -> storage.head(key("region"), patient()));
    }

    @Test
    void tellsTheChecksumOfWhatWasSent() throws ObjectException {
        byte[] content = new byte[100_000];
        new Random(1).nextBytes(content);
        CRC32C crc = new CRC32C();
        crc.update(content);
        StoredObject stored =
                storage().put(key("random"), new ObjectContent.Bytes(List.of(ByteBuffer.wrap(content))), patient());
        assertThat(stored).isEqualTo(new StoredObject("random", 100_000, OptionalInt.of((int) crc.getValue())));
    }

    @Test
    void tellsTheLengthAndNoWrongChecksumLater() throws ObjectException {
        ObjectStorage storage = storage();
        StoredObject stored = storage.put(key("later"), bytes("hello"), patient());
        StoredObject head = storage.head(key("later"), patient());
        assertThat(head.name()).isEqualTo("later");
        assertThat(head.lengthBytes()).isEqualTo(5);
        assertThat(head.crc32c()).isIn(OptionalInt.empty(), stored.crc32c());
    }

    @Test
    void createsANameOnce() throws ObjectException {
        ObjectStorage storage = storage();
        storage.put(key("once"), bytes("first"), patient());
        assertFails(Reason.EXISTS, () -> storage.put(key("once"), bytes("other"), patient()));
        assertFails(Reason.EXISTS, () -> storage.put(key("once"), bytes("first"), patient()));
        assertThat(read(storage, key("once"), 0, 5)).isEqualTo("first");
    }

    @Test
    void letsOneOfManyCreateAName() throws Exception {
        ObjectStorage storage = storage();
        List<Callable<String>> rivals = new ArrayList<>();
        for (int i = 0; i < RIVALS; i++) {
            String mine = "writer " + i;
            rivals.add(() -> {
                try {
                    storage.put(key("race"), bytes(mine), patient());
                    return mine;
                } catch (ObjectException e) {
                    assertThat(e.reason()).isEqualTo(Reason.EXISTS);
                    return "";
                }
            });
        }
        List<String> winners = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(RIVALS)) {
            for (Future<String> rival : pool.invokeAll(rivals, LIMIT_S, TimeUnit.SECONDS)) {
                if (!rival.get().isEmpty()) {
                    winners.add(rival.get());
                }
            }
        }
        assertThat(winners).hasSize(1);
        assertThat(read(storage, key("race"), 0, winners.getFirst().length())).isEqualTo(winners.getFirst());
    }

    @Test
    void readsRanges() throws ObjectException {
        ObjectStorage storage = storage();
        storage.put(key("range"), bytes("0123456789"), patient());
        assertThat(read(storage, key("range"), 3, 4)).isEqualTo("3456");
        assertThat(read(storage, key("range"), 9, 1)).isEqualTo("9");
        ByteBuffer into = ByteBuffer.allocateDirect(8).position(2).limit(5);
        storage.read(key("range"), 7, into, patient());
        assertThat(into.position()).isEqualTo(5);
        assertThat(into.get(2)).isEqualTo((byte) '7');
        assertThat(into.get(4)).isEqualTo((byte) '9');
    }

    @Test
    void readsNothingBehindTheEnd() throws ObjectException {
        ObjectStorage storage = storage();
        storage.put(key("short"), bytes("0123456789"), patient());
        assertFails(Reason.DAMAGED, () -> storage.read(key("short"), 5, ByteBuffer.allocate(6), patient()));
        assertFails(Reason.DAMAGED, () -> storage.read(key("short"), 1000, ByteBuffer.allocate(1), patient()));
    }

    @Test
    void saysWhatIsMissing() {
        ObjectStorage storage = storage();
        assertFails(Reason.MISSING, () -> storage.head(key("none"), patient()));
        assertFails(Reason.MISSING, () -> storage.read(key("none"), 0, ByteBuffer.allocate(1), patient()));
    }

    @Test
    void listsByPrefixInOrder() throws ObjectException {
        ObjectStorage storage = storage();
        for (String name : List.of("t/b", "t/a-2", "t/a", "t/A.x", "t/B", "u/a", "t/ab/1", "t/_")) {
            storage.put(key(name), bytes("12345"), patient());
        }
        assertThat(storage.list(new Listing(MINE, "t/", "", 1000), patient()))
                .extracting(StoredObject::name)
                .containsExactly("t/A.x", "t/B", "t/_", "t/a", "t/a-2", "t/ab/1", "t/b");
        assertThat(storage.list(new Listing(MINE, "t/a", "", 1000), patient()))
                .extracting(StoredObject::name)
                .containsExactly("t/a", "t/a-2", "t/ab/1");
        assertThat(storage.list(new Listing(MINE, "u", "", 1000), patient()))
                .extracting(StoredObject::lengthBytes)
                .containsExactly(5L);
        assertThat(storage.list(new Listing(MINE, "none/", "", 1000), patient()))
                .isEmpty();
    }

    @Test
    void listsPageByPage() throws ObjectException {
        ObjectStorage storage = storage();
        for (int i = 0; i < 25; i++) {
            storage.put(key(String.format("n/%02d", i)), bytes("x"), patient());
        }
        List<String> seen = new ArrayList<>();
        List<StoredObject> page;
        do {
            page = storage.list(new Listing(MINE, "n/", seen.isEmpty() ? "" : seen.getLast(), 10), patient());
            page.forEach(object -> seen.add(object.name()));
        } while (page.size() == 10);
        assertThat(seen).hasSize(25).doesNotHaveDuplicates().isSorted();
        assertThat(page).hasSize(5);
        assertThat(storage.list(new Listing(MINE, "n/", "n/22x", 10), patient()))
                .extracting(StoredObject::name)
                .containsExactly("n/23", "n/24");
    }

    @Test
    void keepsPluginsApart() throws ObjectException {
        ObjectStorage storage = storage();
        storage.put(key("same"), bytes("mine"), patient());
        storage.put(new ObjectKey("mine2", "same"), bytes("yours"), patient());
        assertThat(read(storage, key("same"), 0, 4)).isEqualTo("mine");
        assertThat(storage.list(new Listing(MINE, "", "", 10), patient())).hasSize(1);
        storage.delete(new ObjectKey("mine2", "same"), patient());
        assertThat(read(storage, key("same"), 0, 4)).isEqualTo("mine");
        assertThat(storage.list(new Listing("mine2", "", "", 10), patient())).isEmpty();
    }

    @Test
    void deletesForGoodAndAgain() throws ObjectException {
        ObjectStorage storage = storage();
        storage.put(key("gone"), bytes("x"), patient());
        storage.delete(key("gone"), patient());
        storage.delete(key("gone"), patient());
        assertFails(Reason.MISSING, () -> storage.head(key("gone"), patient()));
        assertThat(storage.list(new Listing(MINE, "", "", 10), patient())).isEmpty();
    }

    @Test
    void endsWhatIsCancelled() throws ObjectException {
        ObjectStorage storage = storage();
        storage.put(key("there"), bytes("x"), patient());
        FakeCancelToken token = new FakeCancelToken();
        token.cancel();
        assertFails(Reason.CANCELLED, () -> storage.put(key("new"), bytes("x"), token));
        assertFails(Reason.CANCELLED, () -> storage.read(key("there"), 0, ByteBuffer.allocate(1), token));
        assertFails(Reason.CANCELLED, () -> storage.head(key("there"), token));
        assertFails(Reason.CANCELLED, () -> storage.list(new Listing(MINE, "", "", 10), token));
        assertFails(Reason.CANCELLED, () -> storage.delete(key("there"), token));
    }

    @Test
    void takesTheLongestName() throws ObjectException {
        ObjectStorage storage = storage();
        String name = "n".repeat(200) + "/" + "m".repeat(200) + "/" + "o".repeat(ObjectKey.MAX_NAME - 402);
        storage.put(key(name), bytes("x"), patient());
        assertThat(storage.head(key(name), patient()).name()).isEqualTo(name);
        assertThat(storage.list(new Listing(MINE, "n", "", 10), patient())).hasSize(1);
    }
}
