package io.firn.broker.topic;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.body.DataVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as {@code config/topics.json}: topics, or a message that names the file. What was read is written alike. */
final class ConfigFileFuzzTest {

    static List<byte[]> files() throws IOException {
        try (InputStream golden = TopicsFile.class.getResourceAsStream("apache-5.5.0-topics.json")) {
            byte[] small =
                    "{\"topicConfigTable\":{\"T\":{\"perm\":6,\"attributes\":{\"a\":\"b\"}}},\"dataVersion\":{\"counter\":1}}"
                            .getBytes(StandardCharsets.UTF_8);
            return List.of(Objects.requireNonNull(golden).readAllBytes(), small);
        }
    }

    @MethodSource("files")
    @FuzzTest(maxDuration = "3m")
    void anyBytesAreTopicsOrRefusedByName(byte[] input) throws IOException {
        Path directory = Files.createTempDirectory("topics");
        Path path = directory.resolve(TopicsFile.NAME);
        try {
            Files.write(path, input);
            TopicsFile file = TopicsFile.read(directory);
            Map<String, Topic> topics = file.loaded();
            Files.write(path, file.encode(topics, DataVersion.first(1)));
            assertThat(TopicsFile.read(directory).loaded()).isEqualTo(topics);
        } catch (StorageException e) {
            assertThat(e.getMessage()).contains(path.toString());
        } finally {
            Files.deleteIfExists(path);
            Files.delete(directory);
        }
    }
}
