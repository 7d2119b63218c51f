package io.firn.tiered.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on a directory, and what only a directory can show. */
final class FileObjectStoreTest extends ObjectStoreContract {
    @TempDir
    private static Path root;

    private record Directory(StoreConfig config, Set<Trait> traits) implements StoreBackend {
        @Override
        public void close() {}
    }

    @Override
    StoreBackend start() {
        return new Directory(StoreConfig.of(root.toUri()), S3Backend.allBut(StoreBackend.Trait.CHECKS_SIGNATURES));
    }

    @Test
    void namesDamageOfEveryByteOfAnObjectFile(@TempDir Path own) throws IOException {
        ObjectStore store = FileObjectStore.open(own, WriteId.random(new SecureRandom()));
        CancelToken never = CancelToken.none();
        PutOptions options = PutOptions.createOnly(WriteId.random(new SecureRandom()));
        store.put("log/1", Payload.of(bytes(40, 1)), options, never);
        Path file = own.resolve("log/1@");
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(file, damaged);
            assertThatThrownBy(() -> store.readAll("log/1", 40, never))
                    .as("byte %d", at)
                    .isInstanceOf(StoreException.Corrupt.class);
        }
        for (int length = 0; length < whole.length; length++) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(length);
            }
            assertThatThrownBy(() -> store.head("log/1", never)).isInstanceOf(StoreException.Corrupt.class);
            Files.write(file, whole);
        }
    }

    @Test
    void leavesNoTemporaryFilesAndNoEmptyDirectories(@TempDir Path own) throws IOException {
        ObjectStore store = FileObjectStore.open(own, WriteId.random(new SecureRandom()));
        CancelToken never = CancelToken.none();
        PutOptions options = PutOptions.createOnly(WriteId.random(new SecureRandom()));
        store.put("a/b/c", Payload.of(bytes(10, 1)), options, never);
        assertThatThrownBy(() -> store.put("a/b/c", Payload.of(bytes(10, 1)), options, never))
                .isInstanceOf(StoreException.Fenced.class);
        store.delete("a/b/c", never);

        try (Stream<Path> left = Files.walk(own)) {
            assertThat(left.filter(path -> !path.equals(own))
                            .map(own::relativize)
                            .map(Path::toString))
                    .containsExactly("@tmp");
        }
    }

    @Test
    void sweepsWhatDeadWritersLeft(@TempDir Path own) throws IOException {
        Path temporaries = Files.createDirectories(own.resolve("@tmp"));
        Path old = Files.writeString(temporaries.resolve("dead-1"), "half");
        Path young = Files.writeString(temporaries.resolve("alive-1"), "half");
        Files.setLastModifiedTime(
                old, FileTime.from(Files.getLastModifiedTime(young).toInstant().minus(Duration.ofHours(25))));

        assertThat(FileObjectStore.open(own, new WriteId("me"))).isNotNull();

        try (Stream<Path> left = Files.list(temporaries)) {
            assertThat(left).containsExactly(young);
        }
    }

    @Test
    void saysWhatToDoAboutADirectoryItCannotMake(@TempDir Path own) throws IOException {
        Path file = Files.writeString(own.resolve("occupied"), "x");
        StoreConfig config = StoreConfig.of(file.resolve("below").toUri());

        assertThatThrownBy(() -> ObjectStores.open(config, new SecureRandom()))
                .isInstanceOf(StoreException.Fatal.class)
                .hasMessageContaining("occupied")
                .hasMessageContaining("directory");
    }
}
