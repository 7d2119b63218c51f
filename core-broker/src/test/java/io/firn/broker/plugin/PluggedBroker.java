package io.firn.broker.plugin;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.firn.broker.RunningBroker;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A whole broker whose plugins are real jars in a directory, with one topic {@code T} of one queue. */
final class PluggedBroker implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    final Path root;
    final Path jars;
    final Path conf;
    private RunningBroker broker;

    PluggedBroker(Path root) {
        this.root = root;
        this.jars = root.resolve("jars");
        this.conf = root.resolve("conf");
        try {
            Files.createDirectories(jars);
            Files.createDirectories(conf);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    PluggedBroker open(String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "firn.plugins.dir=" + jars,
                "firn.plugins.conf=" + conf,
                // only what is on disk is deleted: a round that is asked for sees all that was sent before
                "flushDiskType=SYNC_FLUSH",
                "flushIntervalCommitLog=5",
                "firn.plugins.readRetryHold=10",
                "fileReservedTime=0"));
        all.addAll(List.of(settings));
        broker = RunningBroker.open(root.resolve("store"), all.toArray(String[]::new));
        broker.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, topic("T"));
        return this;
    }

    private static String[] topic(String name) {
        return new String[] {
            "topic",
            name,
            "defaultTopic",
            "TBW102",
            "readQueueNums",
            "1",
            "writeQueueNums",
            "1",
            "perm",
            "6",
            "topicFilterType",
            "SINGLE_TAG",
            "topicSysFlag",
            "0",
            "order",
            "false"
        };
    }

    /** Makes a topic; the answer. */
    RemotingCommand createTopic(String name) {
        return broker.ask(RequestCode.UPDATE_AND_CREATE_TOPIC, topic(name));
    }

    RunningBroker broker() {
        return broker;
    }

    /** What the desk says of a plugin. */
    JsonNode status(String id) {
        return json(broker.page("GET", "/v1/plugins/" + id, ""));
    }

    String state(String id) {
        return status(id).path("state").asText();
    }

    String cause(String id) {
        return status(id).path("cause").asText();
    }

    static JsonNode json(RunningBroker.Page page) {
        try {
            return new ObjectMapper().readTree(page.text());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(page.text(), e);
        }
    }

    void awaitState(String id, String state) {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        org.assertj.core.api.Assertions.assertThat(state(id)).isEqualTo(state));
    }

    RemotingCommand send(String body) {
        return sending(body).join();
    }

    CompletableFuture<RemotingCommand> sending(String body) {
        return broker.call(
                RequestCode.SEND_MESSAGE_V2,
                body.getBytes(StandardCharsets.UTF_8),
                RunningBroker.sendFields("T", 0, ""));
    }

    RemotingCommand pull(long offset) {
        return broker.ask(RequestCode.PULL_MESSAGE, RunningBroker.pullFields("T", 0, offset));
    }

    /** What consumers see. */
    List<String> bodies() {
        return RunningBroker.bodies(pull(0));
    }

    @Override
    public void close() {
        if (broker != null) {
            broker.close();
        }
    }
}
