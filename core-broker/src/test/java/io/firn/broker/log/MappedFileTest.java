package io.firn.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {

    private static final int LENGTH = 1 << 20;

    @TempDir
    Path directory;

    @Test
    void createdFileIsZeroAndHasItsLength() throws IOException {
        Path path = directory.resolve("a");
        MappedFile file = MappedFile.open(path, LENGTH, MappedFile.Access.CREATE);
        assertThat(Files.size(path)).isEqualTo(LENGTH);
        assertThat(file.memory().mismatch(java.lang.foreign.MemorySegment.ofArray(new byte[LENGTH])))
                .isEqualTo(-1);
        file.retire();
        assertThat(file.isUnmapped()).isTrue();
    }

    @Test
    void staysMappedUntilTheLastHoldIsReleased() {
        MappedFile file = MappedFile.open(directory.resolve("a"), LENGTH, MappedFile.Access.CREATE);
        assertThat(file.tryRetain()).isTrue();
        file.retire();
        file.retire();
        assertThat(file.isUnmapped()).isFalse();
        assertThat(file.tryRetain()).isTrue();
        file.release();
        file.release();
        assertThat(file.isUnmapped()).isTrue();
        assertThat(file.tryRetain()).isFalse();
        assertThatThrownBy(() -> file.memory().get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void unmapsWhereItIsTold() {
        MappedFile file = MappedFile.open(directory.resolve("a"), LENGTH, MappedFile.Access.CREATE);
        List<Runnable> later = new ArrayList<>();
        file.retire(later::add);
        assertThat(file.isUnmapped()).isFalse();
        assertThat(file.tryRetain()).isFalse();
        later.forEach(Runnable::run);
        assertThat(file.isUnmapped()).isTrue();
    }

    @Test
    void wrongLengthAndMissingFileAreNamed() throws IOException {
        Path path = directory.resolve("a");
        assertThatThrownBy(() -> MappedFile.open(path, LENGTH, MappedFile.Access.READ_WRITE))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(path.toString());
        Files.write(path, new byte[10]);
        assertThatThrownBy(() -> MappedFile.open(path, LENGTH, MappedFile.Access.READ_ONLY))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining("10 bytes")
                .hasMessageContaining(Integer.toString(LENGTH));
    }

    @Test
    void populatingKeepsBytesZeroInBothWays() {
        MappedFile file = MappedFile.open(directory.resolve("a"), LENGTH, MappedFile.Access.CREATE);
        file.memory().set(ValueLayout.JAVA_BYTE, 99, (byte) 7);
        file.populate(100, 300_000);
        file.writeZeros(300_100, LENGTH - 300_100);
        assertThat(file.memory().get(ValueLayout.JAVA_BYTE, 99)).isEqualTo((byte) 7);
        assertThat(file.memory().asSlice(100).mismatch(java.lang.foreign.MemorySegment.ofArray(new byte[LENGTH - 100])))
                .isEqualTo(-1);
        file.adviseRandom();
        file.adviseSequential();
        file.adviseWillNeed(5000, 10_000);
        file.redirty(10, 20_000);
        file.force(10, 20_000);
        file.retire();
    }

    @Test
    void cutLeavesZerosBehind() throws IOException {
        Path path = directory.resolve("a");
        byte[] content = new byte[10_000];
        java.util.Arrays.fill(content, (byte) 1);
        Files.write(path, content);
        MappedFile.cut(path, 4100, 10_000);
        byte[] left = Files.readAllBytes(path);
        assertThat(left).hasSize(10_000);
        assertThat(java.util.Arrays.copyOf(left, 4100)).containsOnly(1);
        assertThat(java.util.Arrays.copyOfRange(left, 4100, 10_000)).containsOnly(0);
        MappedFile.delete(path);
        MappedFile.delete(path);
        assertThat(path).doesNotExist();
    }

    @Test
    void readersRacingRetirementSeeTheBytesOrNothing() throws Exception {
        for (int round = 0; round < 8; round++) {
            MappedFile file = MappedFile.open(directory.resolve("r" + round), LENGTH, MappedFile.Access.CREATE);
            file.memory().fill((byte) 9);
            try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
                List<Future<Long>> readers = new ArrayList<>();
                for (int t = 0; t < 3; t++) {
                    readers.add(pool.submit(() -> readWhileMapped(file)));
                }
                file.retire();
                for (Future<Long> reader : readers) {
                    assertThat(reader.get()).isNotNegative();
                }
            }
            assertThat(file.isUnmapped()).isTrue();
        }
    }

    private static long readWhileMapped(MappedFile file) {
        long reads = 0;
        while (file.tryRetain()) {
            try {
                assertThat(file.memory().get(ValueLayout.JAVA_BYTE, reads % LENGTH))
                        .isEqualTo((byte) 9);
                reads++;
            } finally {
                file.release();
            }
        }
        return reads;
    }
}
