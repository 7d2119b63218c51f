package io.firn.tiered.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FileNamesTest {
    private static final Path ROOT = Path.of("/store");

    @Test
    void namesObjectsAsItsTableSays() {
        assertThat(FileNames.ofObject(ROOT, "log/00000000000000000007"))
                .hasToString("/store/log/00000000000000000007@");
        assertThat(FileNames.ofObject(ROOT, "a//b")).hasToString("/store/a/%/b@");
        assertThat(FileNames.ofObject(ROOT, "../x")).hasToString("/store/%2E%2E/x@");
        assertThat(FileNames.ofObject(ROOT, "@tmp/x")).hasToString("/store/%40tmp/x@");
        assertThat(FileNames.ofObject(ROOT, "trail/")).hasToString("/store/trail/@");
        assertThat(FileNames.ofObject(ROOT, "ö")).hasToString("/store/%C3%B6@");
    }

    @Test
    void givesEveryKeyItsOwnPathInsideTheRootAndFindsTheKeyAgain() {
        long seed = ObjectStoreContract.seed();
        Random random = new Random(seed);
        String alphabet = "ab./@%~ö😀 \\";
        Map<Path, String> keys = new HashMap<>();
        for (int i = 0; i < 5000; i++) {
            StringBuilder key = new StringBuilder();
            int[] points = alphabet.codePoints().toArray();
            for (int n = 1 + random.nextInt(7); n > 0; n--) {
                key.appendCodePoint(points[random.nextInt(points.length)]);
            }
            Path path = FileNames.ofObject(ROOT, key.toString());
            assertThat(path.normalize()).as("seed %d", seed).startsWithRaw(ROOT).isEqualTo(path);
            String other = keys.put(path, key.toString());
            assertThat(other == null ? key.toString() : other)
                    .as("seed %d", seed)
                    .isEqualTo(key.toString());
            assertThat(keyOf(path)).as("seed %d", seed).isEqualTo(key.toString());
        }
    }

    @Test
    void refusesASegmentTooLongForAFileName() {
        assertThatThrownBy(() -> FileNames.ofObject(ROOT, "a/" + "x".repeat(255)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("file name");
    }

    private static String keyOf(Path path) {
        StringBuilder key = new StringBuilder();
        Path below = ROOT.relativize(path);
        for (int i = 0; i < below.getNameCount() - 1; i++) {
            key.append(FileNames.directorySegment(below.getName(i).toString())).append('/');
        }
        return key + FileNames.objectSegment(below.getFileName().toString());
    }
}
