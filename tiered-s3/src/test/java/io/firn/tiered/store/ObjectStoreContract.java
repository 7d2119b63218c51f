package io.firn.tiered.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.firn.tiered.store.StoreBackend.Trait;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every back end must do, seen through the whole stack of {@link ObjectStores}. One server per class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ObjectStoreContract {
    private static final int PART = 5 << 20;

    private final CancelToken never = CancelToken.none();
    private final SecureRandom random = new SecureRandom();
    private StoreBackend backend;
    private ObjectStores stores;
    private ObjectStore store;
    private String prefix;

    /** Starts the back end, or gives up with a reason by an assumption. */
    abstract StoreBackend start() throws Exception;

    @BeforeAll
    void open() throws Exception {
        backend = start();
        stores = ObjectStores.open(backend.config(), random);
        store = stores.forPurpose(Purpose.ARCHIVE);
    }

    @AfterAll
    void close() {
        if (stores != null) {
            stores.close();
        }
        if (backend != null) {
            backend.close();
        }
    }

    @BeforeEach
    void ownNames() {
        prefix = "t" + StoreBackend.NAMES.incrementAndGet() + "-"
                + WriteId.random(random).value() + "/";
    }

    @Test
    void readsBackWhatWasPut() {
        byte[] bytes = bytes(300_000, 1);
        StoredObject stored = store.put(prefix + "a", Payload.of(bytes), overwrite(), never);

        assertThat(store.readAll(prefix + "a", bytes.length, never)).isEqualTo(bytes);
        assertThat(stored.lengthBytes()).isEqualTo(bytes.length);
        assertThat(stored.crc32c()).isEqualTo(Checksums.of(ByteBuffer.wrap(bytes)));
    }

    @Test
    void putsScatteredDirectBuffers() {
        byte[] bytes = bytes(200_001, 2);
        ByteBuffer first =
                ByteBuffer.allocateDirect(70_000).put(bytes, 0, 70_000).flip();
        ByteBuffer second = ByteBuffer.wrap(bytes, 70_000, bytes.length - 70_000);

        store.put(prefix + "b", Payload.of(List.of(first, ByteBuffer.allocate(0), second)), overwrite(), never);

        assertThat(store.readAll(prefix + "b", bytes.length, never)).isEqualTo(bytes);
        assertThat(first.remaining()).isEqualTo(70_000);
    }

    @Test
    void readsExactlyTheRangeAskedFor() {
        long seed = seed();
        Random draws = new Random(seed);
        byte[] bytes = bytes(100_000, 3);
        store.put(prefix + "r", Payload.of(bytes), overwrite(), never);
        for (int i = 0; i < 20; i++) {
            int offset = draws.nextInt(bytes.length);
            int length = 1 + draws.nextInt(bytes.length - offset);
            ByteBuffer into = i % 2 == 0 ? ByteBuffer.allocate(length + 9) : ByteBuffer.allocateDirect(length + 9);
            into.position(4);

            ObjectRead read = store.read(prefix + "r", new ByteRange.Exact(offset, length), into, never);

            assertThat(into.position()).as("seed %d", seed).isEqualTo(4 + length);
            byte[] got = new byte[length];
            into.position(4).get(got);
            assertThat(got).as("seed %d", seed).isEqualTo(Arrays.copyOfRange(bytes, offset, offset + length));
            assertThat(read).isEqualTo(new ObjectRead(offset, length, bytes.length, read.etag()));
        }
    }

    @Test
    void readsTheSuffixOrAllOfAShorterObject() {
        byte[] bytes = bytes(1000, 4);
        store.put(prefix + "s", Payload.of(bytes), overwrite(), never);
        ByteBuffer into = ByteBuffer.allocate(100);
        assertThat(store.read(prefix + "s", new ByteRange.Suffix(100), into, never)
                        .offset())
                .isEqualTo(900);
        assertThat(into.array()).isEqualTo(Arrays.copyOfRange(bytes, 900, 1000));

        ByteBuffer roomy = ByteBuffer.allocate(5000);
        ObjectRead all = store.read(prefix + "s", new ByteRange.Suffix(5000), roomy, never);
        assertThat(all.readBytes()).isEqualTo(1000);
        assertThat(all.offset()).isZero();
        assertThat(Arrays.copyOf(roomy.array(), 1000)).isEqualTo(bytes);
    }

    @Test
    void callsAnObjectThatIsTooShortOrTooLongCorrupt() {
        store.put(prefix + "short", Payload.of(bytes(100, 5)), overwrite(), never);
        ByteBuffer into = ByteBuffer.allocate(1000);

        assertThatThrownBy(() -> store.read(prefix + "short", new ByteRange.Exact(50, 51), into, never))
                .isInstanceOf(StoreException.Corrupt.class)
                .hasMessageContaining(prefix + "short");
        assertThatThrownBy(() -> store.read(prefix + "short", new ByteRange.Exact(100, 1), into.clear(), never))
                .isInstanceOf(StoreException.Corrupt.class);
        assertThatThrownBy(() -> store.readAll(prefix + "short", 99, never)).isInstanceOf(StoreException.Corrupt.class);
    }

    @Test
    void namesWhatIsMissing() {
        assertThatThrownBy(() -> store.readAll(prefix + "nothing", 10, never))
                .isInstanceOf(StoreException.Missing.class)
                .hasMessageContaining(prefix + "nothing");
        assertThatThrownBy(() -> store.head(prefix + "nothing", never)).isInstanceOf(StoreException.Missing.class);
    }

    @Test
    void refusesTheSecondCreateOfAKey() {
        byte[] first = bytes(50, 6);
        store.put(prefix + "once", Payload.of(first), create(), never);

        assertThatThrownBy(() -> store.put(prefix + "once", Payload.of(bytes(50, 7)), create(), never))
                .isInstanceOf(StoreException.Fenced.class)
                .hasMessageContaining(prefix + "once");
        assertThatThrownBy(() -> store.put(prefix + "once", Payload.of(first), create(), never))
                .as("the same bytes of another writer")
                .isInstanceOf(StoreException.Fenced.class);
        assertThat(store.readAll(prefix + "once", 50, never)).isEqualTo(first);
    }

    @Test
    void recognisesItsOwnEarlierCreate() {
        PutOptions own = create();
        StoredObject first = store.put(prefix + "own", Payload.of(bytes(50, 8)), own, never);

        assertThat(store.put(prefix + "own", Payload.of(bytes(50, 8)), own, never))
                .isEqualTo(first);
    }

    @Test
    void createsAgainAfterADelete() {
        store.put(prefix + "again", Payload.of(bytes(5, 9)), create(), never);
        store.delete(prefix + "again", never);
        store.put(prefix + "again", Payload.of(bytes(6, 9)), create(), never);

        assertThat(store.head(prefix + "again", never).lengthBytes()).isEqualTo(6);
    }

    @Test
    void letsExactlyOneOfManyCreatesWin() throws Exception {
        needs(Trait.ATOMIC_CREATE);
        for (int round = 0; round < 5; round++) {
            String key = prefix + "race-" + round;
            List<Callable<Boolean>> rivals = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                byte[] body = bytes(20_000, i);
                rivals.add(() -> creates(key, body));
            }
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                int winners = 0;
                for (Future<Boolean> rival : threads.invokeAll(rivals)) {
                    winners += rival.get() ? 1 : 0;
                }
                assertThat(winners).isEqualTo(1);
            }
        }
    }

    @Test
    void overwrites() {
        String before = store.put(prefix + "o", Payload.of(bytes(10, 10)), overwrite(), never)
                .etag();
        StoredObject after = store.put(prefix + "o", Payload.of(bytes(20, 11)), overwrite(), never);

        assertThat(after.etag()).isNotEqualTo(before);
        assertThat(store.readAll(prefix + "o", 20, never)).isEqualTo(bytes(20, 11));
    }

    @Test
    void describesAnObject() {
        PutOptions options = new PutOptions(
                PutMode.CREATE_ONLY, WriteId.random(random), null, Map.of("slice", "0-1024", "class", "7d"));
        StoredObject stored = store.put(prefix + "h", Payload.of(bytes(123, 12)), options, never);

        ObjectHead head = store.head(prefix + "h", never);
        assertThat(head.key()).isEqualTo(prefix + "h");
        assertThat(head.lengthBytes()).isEqualTo(123);
        assertThat(head.etag()).isEqualTo(stored.etag());
        assertThat(head.writeId()).isEqualTo(options.writeId());
        assertThat(head.metadata()).isEqualTo(options.metadata());
        if (backend.traits().contains(Trait.ATTESTS_CHECKSUM)) {
            assertThat(head.crc32c()).hasValue(stored.crc32c());
        } else {
            assertThat(head.crc32c()).isEmpty();
        }
    }

    @Test
    void listsInByteOrderPageByPage() {
        List<String> keys = new ArrayList<>();
        for (String name : List.of("a-b", "a.b", "a/1", "a/2", "a0", "b/c/d", "z z", "z%41", "z+z", "ö")) {
            keys.add(prefix + name);
            store.put(prefix + name, Payload.of(bytes(7, 1)), overwrite(), never);
        }
        store.put(prefix.replace("/", "x"), Payload.of(bytes(7, 1)), overwrite(), never);

        assertThat(listAll(prefix, 3)).isEqualTo(keys);
        assertThat(listAll(prefix, 1000)).isEqualTo(keys);
        assertThat(listAll(prefix + "a", 2)).isEqualTo(keys.subList(0, 5));
        assertThat(listAll(prefix + "a/", 2)).isEqualTo(keys.subList(2, 4));
        ListPage page = store.list(prefix, prefix + "a/15", 1, never);
        assertThat(page.objects()).extracting(ListPage.Entry::key).containsExactly(prefix + "a/2");
        assertThat(page.objects().getFirst().lengthBytes()).isEqualTo(7);
        assertThat(store.list(prefix + "none/", null, 10, never)).isEqualTo(new ListPage(List.of(), null));
    }

    @Test
    void listsByTheBytesOfUtf8() {
        needs(Trait.LISTS_BY_UTF8);
        List<String> keys = List.of(prefix + "z", prefix + "\uffee", prefix + "😀");
        keys.forEach(key -> store.put(key, Payload.of(bytes(7, 1)), overwrite(), never));

        assertThat(listAll(prefix, 1)).isEqualTo(keys);
    }

    @Test
    void keepsKeysOfAnyShapeApart() {
        needs(Trait.ANY_KEY_SHAPE);
        List<String> keys = new ArrayList<>();
        for (String name : List.of("../x", "./x", "a", "a//b", "a/b", "trail/", "x@", "x@/y", "x@y")) {
            keys.add(prefix + name);
            store.put(prefix + name, Payload.of(name.getBytes(StandardCharsets.UTF_8)), create(), never);
        }
        for (String key : keys) {
            assertThat(new String(store.readAll(key, 100, never), StandardCharsets.UTF_8))
                    .isEqualTo(key.substring(prefix.length()));
        }
        assertThat(listAll(prefix, 1000)).containsExactlyInAnyOrderElementsOf(keys);
    }

    @Test
    void deletesOneOrManyAndWhatIsNotThere() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            keys.add(prefix + "d/" + i);
            store.put(keys.get(i), Payload.of(bytes(3, i)), overwrite(), never);
        }
        store.delete(keys.getFirst(), never);
        store.delete(keys.getFirst(), never);
        assertThat(store.deleteAll(keys.subList(0, 11), never)).isEmpty();

        assertThat(listAll(prefix, 1000)).containsExactly(keys.getLast());
    }

    @Test
    void storesEmptyObjects() {
        needs(Trait.EMPTY_OBJECTS);
        store.put(prefix + "empty", Payload.empty(), create(), never);

        assertThat(store.readAll(prefix + "empty", 10, never)).isEmpty();
        assertThat(store.head(prefix + "empty", never).lengthBytes()).isZero();
        assertThatThrownBy(() -> store.read(prefix + "empty", new ByteRange.Suffix(5), ByteBuffer.allocate(5), never))
                .isInstanceOf(StoreException.Corrupt.class);
    }

    @Test
    void joinsPartsThatCameInAnyOrder() {
        byte[] bytes = bytes(2 * PART + 777, 13);
        PutOptions options = new PutOptions(PutMode.OVERWRITE, WriteId.random(random), null, Map.of("kind", "parts"));
        UploadRef upload = store.createUpload(prefix + "m", options, never);
        UploadedPart third = part(upload, 7, bytes, 2 * PART, bytes.length);
        UploadedPart second = part(upload, 3, bytes, PART, 2 * PART);
        UploadedPart first = part(upload, 1, bytes, 0, PART);
        assertThatThrownBy(() -> store.head(prefix + "m", never)).isInstanceOf(StoreException.Missing.class);
        assertThat(uploads()).containsExactly(upload);

        StoredObject stored = store.completeUpload(upload, List.of(first, second, third), options.writeId(), never);

        assertThat(stored.lengthBytes()).isEqualTo(bytes.length);
        assertThat(stored.crc32c()).isEqualTo(Checksums.of(ByteBuffer.wrap(bytes)));
        ByteBuffer seam = ByteBuffer.allocate(2000);
        store.read(prefix + "m", new ByteRange.Exact(2 * PART - 1000, 1777), seam, never);
        assertThat(Arrays.copyOf(seam.array(), 1777))
                .isEqualTo(Arrays.copyOfRange(bytes, 2 * PART - 1000, bytes.length));
        ObjectHead head = store.head(prefix + "m", never);
        assertThat(head.metadata()).isEqualTo(options.metadata());
        assertThat(head.crc32c().orElse(stored.crc32c())).isEqualTo(stored.crc32c());
        assertThat(uploads()).isEmpty();
        assertThat(store.completeUpload(upload, List.of(first, second, third), options.writeId(), never)
                        .etag())
                .as("completed again after a lost reply")
                .isEqualTo(stored.etag());
    }

    @Test
    void forgetsAnAbortedUpload() {
        UploadRef upload = store.createUpload(prefix + "x", overwrite(), never);
        UploadedPart part = part(upload, 1, bytes(10, 14), 0, 10);
        store.abortUpload(upload, never);
        store.abortUpload(upload, never);

        assertThat(uploads()).isEmpty();
        assertThatThrownBy(() -> store.completeUpload(upload, List.of(part), WriteId.random(random), never))
                .isInstanceOf(
                        backend.traits().contains(Trait.KNOWS_ABORTED)
                                ? StoreException.Missing.class
                                : StoreException.class);
        assertThatThrownBy(() -> store.head(prefix + "x", never)).isInstanceOf(StoreException.Missing.class);
        if (backend.traits().contains(Trait.REFUSES_PART_OF_ABORTED)) {
            assertThatThrownBy(() -> part(upload, 2, bytes(10, 14), 0, 10)).isInstanceOf(StoreException.Missing.class);
        }
    }

    @Test
    void refusesPartsThatAreTooSmallOrUnknown() {
        PutOptions options = overwrite();
        UploadRef upload = store.createUpload(prefix + "p", options, never);
        UploadedPart first = part(upload, 1, bytes(10, 15), 0, 10);
        UploadedPart second = part(upload, 2, bytes(10, 15), 0, 10);
        assertThatThrownBy(() -> store.completeUpload(upload, List.of(first, second), options.writeId(), never))
                .isInstanceOf(StoreException.Fatal.class);
        UploadedPart unknown = new UploadedPart(9, first.etag(), 10, first.crc32c());
        assertThatThrownBy(() -> store.completeUpload(upload, List.of(unknown), options.writeId(), never))
                .isInstanceOf(StoreException.Fatal.class);
        store.abortUpload(upload, never);
    }

    @Test
    void refusesToBeginWhenCancelled() {
        CancelToken cancel = new CancelToken();
        cancel.cancel();

        assertThatThrownBy(() -> store.put(prefix + "c", Payload.of(bytes(1, 1)), overwrite(), cancel))
                .isInstanceOf(StoreException.Cancelled.class);
        assertThatThrownBy(() -> store.list(prefix, null, 1, cancel)).isInstanceOf(StoreException.Cancelled.class);
        assertThat(listAll(prefix, 10)).isEmpty();
    }

    @Test
    void refusesArgumentsNoStoreCanTake() {
        assertThatThrownBy(() -> store.head("", never)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.head("a\u0007", never)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.head("a\ud800", never)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.head("k".repeat(1025), never)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.list(prefix, null, 0, never)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.deleteAll(List.of(), never)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.read("k", new ByteRange.Exact(0, 9), ByteBuffer.allocate(8), never))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void passesTheProbe() {
        StoreProbe.Fencing fencing = backend.traits().contains(Trait.ATOMIC_CREATE)
                ? StoreProbe.Fencing.BY_STORE
                : StoreProbe.Fencing.ASSERTED_SINGLE_WRITER;
        try (ExecutorService rivals = Executors.newVirtualThreadPerTaskExecutor()) {
            StoreProbe.Report report = StoreProbe.run(
                    new StoreProbe.Subject(backend.config(), store, fencing), rivals, random, Clock.systemUTC(), never);

            assertThat(report.attestation())
                    .isEqualTo(
                            backend.traits().contains(Trait.ATTESTS_CHECKSUM)
                                    ? StoreProbe.Attestation.CHECKSUM
                                    : StoreProbe.Attestation.READ_BACK_ONLY);
            assertThat(report.storeAhead().abs()).isLessThan(java.time.Duration.ofMinutes(5));
        }
        assertThat(listAll("probe/", 1000)).isEmpty();
    }

    @Test
    void callsWrongSecretsFatal() {
        needs(Trait.CHECKS_SIGNATURES);
        StoreConfig config = backend.config();
        StoreConfig wrong = new StoreConfig(
                config.location(),
                config.endpoint(),
                new StoreCredentials.Keys("somebody", "no-secret-of-ours", null),
                config.protection(),
                config.limits());
        try (ObjectStores others = ObjectStores.open(wrong, random)) {
            ObjectStore denied = others.forPurpose(Purpose.ADMIN);
            assertThatThrownBy(() -> denied.put(prefix + "w", Payload.of(bytes(1, 1)), overwrite(), never))
                    .isInstanceOf(StoreException.Fatal.class)
                    .hasMessageContaining("credentials")
                    .hasMessageNotContaining("no-secret-of-ours");
        }
    }

    private boolean creates(String key, byte[] body) {
        try {
            store.put(key, Payload.of(body), create(), never);
            return true;
        } catch (StoreException.Fenced lost) {
            return false;
        }
    }

    private UploadedPart part(UploadRef upload, int number, byte[] bytes, int from, int to) {
        Payload body = Payload.of(List.of(ByteBuffer.wrap(bytes, from, to - from)));
        return store.uploadPart(upload, number, body, never);
    }

    private List<UploadRef> uploads() {
        return store.listUploads(prefix, null, never).uploads().stream()
                .map(entry -> new UploadRef(entry.key(), entry.uploadId()))
                .toList();
    }

    private List<String> listAll(String under, int pageSize) {
        List<String> keys = new ArrayList<>();
        String after = null;
        do {
            ListPage page = store.list(under, after, pageSize, never);
            assertThat(page.objects()).hasSizeLessThanOrEqualTo(pageSize);
            page.objects().forEach(object -> keys.add(object.key()));
            after = page.next();
        } while (after != null);
        return keys;
    }

    private PutOptions create() {
        return PutOptions.createOnly(WriteId.random(random));
    }

    private PutOptions overwrite() {
        return PutOptions.overwrite(WriteId.random(random));
    }

    private void needs(Trait trait) {
        assumeTrue(
                backend.traits().contains(trait),
                () -> getClass().getSimpleName() + ": this store is known not to do " + trait);
    }

    static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static long seed() {
        String given = System.getProperty("firn.seed", "");
        return given.isBlank() ? new SecureRandom().nextLong() : Long.parseLong(given.strip());
    }
}
