package io.firn.broker.plugin.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dispatcher's position on disk, and what torn writes do to it. */
final class ProgressFileTest {

    @TempDir
    Path root;

    @Test
    void isEmptyAtFirstAndThenSaysWhatWasWrittenLast() {
        try (ProgressFile file = open()) {
            assertThat(file.read()).isNull();
            for (int i = 1; i <= 5; i++) {
                file.write(new ProgressFile.Saved(i * 100L, 7));
            }
        }
        try (ProgressFile file = open()) {
            assertThat(file.read()).isEqualTo(new ProgressFile.Saved(500, 7));
            file.write(new ProgressFile.Saved(600, 8));
            assertThat(file.read()).isEqualTo(new ProgressFile.Saved(600, 8));
        }
    }

    @Test
    void fallsBackToTheOlderSlotWhenTheNewerIsTorn() throws IOException {
        try (ProgressFile file = open()) {
            file.write(new ProgressFile.Saved(100, 7));
            file.write(new ProgressFile.Saved(200, 7));
        }
        damage(3);
        try (ProgressFile file = open()) {
            assertThat(file.read()).isEqualTo(new ProgressFile.Saved(100, 7));
            file.write(new ProgressFile.Saved(300, 7));
            assertThat(file.read()).isEqualTo(new ProgressFile.Saved(300, 7));
        }
    }

    @Test
    void refusesAFileWithoutAWholeSlotAndSaysWhatToDo() throws IOException {
        try (ProgressFile file = open()) {
            file.write(new ProgressFile.Saved(100, 7));
            file.write(new ProgressFile.Saved(200, 7));
        }
        damage(3);
        damage(512 + 20);
        try (ProgressFile file = open()) {
            assertThatThrownBy(file::read)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("dispatcher-d.progress")
                    .hasMessageContaining("delete it to let the dispatcher begin anew");
        }
    }

    private ProgressFile open() {
        return ProgressFile.open(root.resolve("dispatcher-d.progress"));
    }

    private void damage(int at) throws IOException {
        Path path = root.resolve("dispatcher-d.progress");
        byte[] bytes = Files.readAllBytes(path);
        bytes[at] ^= 0x55;
        Files.write(path, bytes);
    }
}
