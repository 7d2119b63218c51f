package io.firn.broker.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.body.DataVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicsFileTest {

    @TempDir
    private Path directory;

    private void write(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    private static String withTopic(String fields) {
        return "{\"topicConfigTable\":{\"T\":{" + fields + "}}}";
    }

    @Test
    void readsWhatApacheRocketMqWrote() throws IOException {
        try (InputStream golden = getClass().getResourceAsStream("apache-5.5.0-topics.json")) {
            Files.write(
                    directory.resolve("topics.json"),
                    Objects.requireNonNull(golden).readAllBytes());
        }
        TopicsFile file = TopicsFile.read(directory);
        assertThat(file.loaded()).hasSize(20);
        assertThat(file.loaded().get("Orders"))
                .isEqualTo(
                        new Topic("Orders", 4, 4, 6, FilterType.SINGLE_TAG, 0, true, Map.of("message.type", "FIFO")));
        assertThat(file.loaded().get("Batches"))
                .isEqualTo(new Topic(
                        "Batches",
                        2,
                        1,
                        4,
                        FilterType.MULTI_TAG,
                        0,
                        false,
                        Map.of("cleanup.policy", "DELETE", "reserve.time", "1000")));
        assertThat(file.version().timestamp()).isPositive();
    }

    @Test
    void aFileWrittenHereReadsBackTheSame() throws IOException {
        Map<String, Topic> topics = Map.of(
                "A", Topic.of("A", 3, 6).withAttributes(Map.of("message.type", "DELAY")),
                "%RETRY%g", Topic.retryOf("g", 2).withSysFlag(2).withOrder(true));
        DataVersion version = new DataVersion(1, 2, 3);
        Files.write(directory.resolve("topics.json"), TopicsFile.read(directory).encode(topics, version));
        TopicsFile reread = TopicsFile.read(directory);
        assertThat(reread.loaded()).isEqualTo(topics);
        assertThat(reread.version()).isEqualTo(version);
    }

    @Test
    void keepsFieldsItDoesNotKnow() throws IOException {
        write(
                "topics.json",
                "{\"later\":{\"x\":[1,2]},\"topicConfigTable\":{\"T\":{\"topicName\":\"T\",\"colour\":\"red\"}}}");
        TopicsFile file = TopicsFile.read(directory);
        Files.write(directory.resolve("topics.json"), file.encode(file.loaded(), file.version()));
        String written = Files.readString(directory.resolve("topics.json"));
        assertThat(written.replaceAll("\\s", "")).contains("\"later\":{\"x\":[1,2]}", "\"colour\":\"red\"");
    }

    @Test
    void takesTheBackupWhenTheFileIsMissingOrEmpty() throws IOException {
        write("topics.json.bak", withTopic("\"readQueueNums\":3"));
        assertThat(TopicsFile.read(directory).loaded()).containsKey("T");
        write("topics.json", "");
        assertThat(TopicsFile.read(directory).loaded()).containsKey("T");
    }

    @Test
    void hasNoTopicsWhenThereIsNoFile() {
        assertThat(TopicsFile.read(directory).loaded()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "garbage; is not a JSON object",
                "[1,2]; is not a JSON object",
                "{\"topicConfigTable\":{\"T\":; is not a JSON object",
                "{\"topicConfigTable\":5}; topicConfigTable = 5, expected an object",
                "{\"dataVersion\":{\"counter\":\"x\"}}; dataVersion.counter = x, expected an integer",
                "{\"topicConfigTable\":{\"T\":7}}; topicConfigTable.T = 7, expected an object"
            })
    void namesFileAndFieldOfABrokenFile(String content, String reason) throws IOException {
        write("topics.json", content);
        write("topics.json.bak", withTopic("\"perm\":6"));
        assertThatThrownBy(() -> TopicsFile.read(directory))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(directory.resolve("topics.json").toString())
                .hasMessageContaining(reason)
                .hasMessageContaining("correct the file");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "\"readQueueNums\":\"four\"; T.readQueueNums = four, expected an integer",
                "\"readQueueNums\":-1; T.readQueueNums = -1, expected 0..",
                "\"writeQueueNums\":9999999; T.writeQueueNums = 9999999, expected 0..",
                "\"perm\":5000000000; T.perm = 5000000000, expected a 32-bit integer",
                "\"order\":\"maybe\"; T.order = maybe, expected true or false",
                "\"topicFilterType\":\"X\"; T.topicFilterType = X, expected a name of FilterType",
                "\"topicName\":\"U\"; T.topicName = U, expected the name the entry stands under",
                "\"attributes\":{\"a\":1}; T.attributes.a = 1, expected a text"
            })
    void namesTheFieldOfABrokenTopic(String fields, String reason) throws IOException {
        write("topics.json", withTopic(fields));
        assertThatThrownBy(() -> TopicsFile.read(directory))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(reason);
    }
}
