package io.firn.broker.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {

    @TempDir
    Path directory;

    @Test
    void replacesTheContentAndKeepsThePreviousOne() throws IOException {
        Path file = directory.resolve("config/topics.json");
        AtomicFile.write(file, "one".getBytes(UTF_8));
        AtomicFile.write(file, "two".getBytes(UTF_8));
        AtomicFile.write(file, "three".getBytes(UTF_8));
        assertThat(AtomicFile.read(file))
                .hasValueSatisfying(bytes -> assertThat(bytes).asString(UTF_8).isEqualTo("three"));
        assertThat(directory.resolve("config/topics.json.bak")).hasContent("two");
        try (var files = Files.list(directory.resolve("config"))) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void readsThePreviousContentWhenTheFileIsEmptyOrMissing() throws IOException {
        Path file = directory.resolve("offsets.json");
        assertThat(AtomicFile.read(file)).isEmpty();
        AtomicFile.write(file, "one".getBytes(UTF_8));
        AtomicFile.write(file, "two".getBytes(UTF_8));
        Files.write(file, new byte[0]);
        assertThat(AtomicFile.read(file))
                .hasValueSatisfying(bytes -> assertThat(bytes).asString(UTF_8).isEqualTo("one"));
        Files.delete(file);
        assertThat(AtomicFile.read(file)).isPresent();
    }

    @Test
    void namesTheFileItCanNotWrite() throws IOException {
        Path blocker = Files.createFile(directory.resolve("not-a-directory"));
        assertThatThrownBy(() -> AtomicFile.write(blocker.resolve("x.json"), new byte[1]))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("x.json");
    }
}
