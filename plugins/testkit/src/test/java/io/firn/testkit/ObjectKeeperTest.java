package io.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.objects.ObjectStorage;
import io.firn.spi.tck.ObjectStorageContract;
import io.firn.testkit.guide.ObjectsExample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ObjectKeeperTest extends ObjectStorageContract {

    @TempDir
    private Path directory;

    @Override
    protected ObjectStorage storage() {
        try {
            return ObjectKeeper.open(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @FirnTest(plugin = {ObjectsExample.class, ObjectKeeper.class})
    void keepsWhatAPluginStoresOverACrash(FirnBroker broker) throws Exception {
        assertThat(broker.admin("PUT", "/v1/plugins/objects-example/notes/a", "hello")
                        .text())
                .isEqualTo("stored 5 bytes");
        broker.crash();
        broker.start();
        assertThat(broker.admin("GET", "/v1/plugins/objects-example/notes/a", "")
                        .text())
                .isEqualTo("hello");
    }

    @Test
    @FirnTest(plugin = ObjectsExample.class)
    void isNotThereUntilATestAsksForIt(FirnBroker broker) throws Exception {
        assertThat(broker.admin("PUT", "/v1/plugins/objects-example/notes/a", "hello")
                        .text())
                .contains("no plugin keeps objects");
    }
}
