package io.firn.broker.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as one of the files that are made from the log: they are believed where they are right, else made again. */
final class StoreFilesFuzzTest {

    private static final int MESSAGES = 25;
    private static final List<String> FILES = List.of(
            "consumequeue/T/0/00000000000000000000",
            "consumequeue/T/0/00000000000000000200",
            "consumequeue/T/0/00000000000000000400",
            "index/",
            "checkpoint",
            QueueSnapshot.FILE_NAME);

    static List<byte[]> files() throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (int i = 0; i < FILES.size(); i++) {
            byte[] content = Files.readAllBytes(file(Sample.DIRECTORY, FILES.get(i)));
            for (int crashed : new int[] {0, 0x80}) {
                files.add(ByteBuffer.allocate(1 + content.length)
                        .put((byte) (i | crashed))
                        .put(content)
                        .array());
            }
        }
        return files;
    }

    /** The first byte says which file the rest replaces, from its start, and whether the stop was clean. */
    @MethodSource("files")
    @FuzzTest(maxDuration = "3m")
    void anyBytesAreAFileOrMadeAgain(byte[] input) throws IOException {
        if (input.length == 0) {
            return;
        }
        Path directory = Files.createTempDirectory("store-files");
        try {
            Path root = Store.crashCopy(Sample.DIRECTORY, directory.resolve("store"));
            String name = FILES.get((input[0] & 0x7F) % FILES.size());
            damage(file(root, name), Arrays.copyOfRange(input, 1, input.length), name.contains("/"));
            boolean clean = input[0] >= 0;
            if (!clean) {
                Files.createFile(root.resolve("abort"));
            }
            open(root, name, clean);
        } finally {
            delete(directory);
        }
    }

    private static void open(Path root, String name, boolean clean) {
        List<String> expected =
                IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList();
        try (Store store = Store.open(root)) {
            // unused entries at the end, or before the first, may be what a broker wrote
            boolean exact = clean && !isLeading(root);
            List<String> bodies = store.readAll("T", 0);
            if (exact || !name.startsWith("consumequeue")) {
                assertThat(bodies).isEqualTo(expected);
            } else {
                assertThat(expected).containsSubsequence(bodies);
            }
            KeyMatches matches =
                    store.index.query("T", "k3", KeyIndex.KeyType.KEY, new KeyIndex.Range(0, Long.MAX_VALUE), 10);
            assertThat(matches.positions().length).isLessThanOrEqualTo(10);
            assertThat(store.faults).isEmpty();
        } catch (StorageException e) {
            assertThat(e.getMessage()).contains(root.toString());
        }
    }

    private static boolean isLeading(Path root) {
        try {
            byte[] bytes = Files.readAllBytes(root.resolve(FILES.getFirst()));
            byte[] blank = {0, 0, 0, 0, 0, 0, 0, 0, 0x7F, -1, -1, -1};
            return Arrays.equals(bytes, 0, blank.length, blank, 0, blank.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path file(Path root, String name) throws IOException {
        if (!name.endsWith("/")) {
            return root.resolve(name);
        }
        try (Stream<Path> files = Files.list(root.resolve(name))) {
            return files.sorted().findFirst().orElseThrow();
        }
    }

    /** Files of a fixed length keep it: another one is a matter of configuration, and told. */
    private static void damage(Path file, byte[] bytes, boolean isFixed) throws IOException {
        byte[] sound = Files.readAllBytes(file);
        System.arraycopy(bytes, 0, sound, 0, Math.min(bytes.length, sound.length));
        Files.write(file, isFixed ? sound : bytes);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Made once: a cleanly stopped store. */
    private static final class Sample {

        static final Path DIRECTORY = make();

        private static Path make() {
            try {
                Path directory = Files.createTempDirectory("store-sample");
                directory.toFile().deleteOnExit();
                List<Message> messages = new ArrayList<>();
                for (int i = 0; i < MESSAGES; i++) {
                    messages.add(Message.of("U", 0, "u" + i));
                    messages.add(Message.of("T", 0, Integer.toString(i), "KEYS=k" + i));
                }
                try (Store store = Store.open(directory)) {
                    messages.forEach(store::append);
                    store.dispatch();
                }
                return directory;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
