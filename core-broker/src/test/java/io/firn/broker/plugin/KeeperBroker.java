package io.firn.broker.plugin;

import static io.firn.broker.RunningBroker.bodies;
import static io.firn.broker.RunningBroker.pullFields;
import static io.firn.broker.RunningBroker.sendFields;

import io.firn.broker.RunningBroker;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/** A broker with a plugin directory of its own, and what tests of {@link Keeper} do with it. */
public final class KeeperBroker implements AutoCloseable {

    public static final Duration PATIENCE = Duration.ofSeconds(90);

    public final Path jars;
    public final Path conf;
    public final Map<String, Object> shared = Keeper.share();
    private final Path root;
    private RunningBroker broker;

    public KeeperBroker(Path root) {
        this.root = root;
        this.jars = root.resolve("jars");
        this.conf = root.resolve("conf");
    }

    /** Starts a broker over the same store. */
    public RunningBroker start(String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "firn.plugins.dir=" + jars,
                "firn.plugins.conf=" + conf,
                "firn.plugins.trusted=" + conf.resolve("trusted"),
                "firn.plugins.operators=" + conf.resolve("operators"),
                "fileReservedTime=0",
                "deleteWhen=" + "00;01;02;03;04;05;06;07;08;09;10;11;12;13;14;15;16;17;18;19;20;21;22;23",
                "cleanResourceInterval=20"));
        all.addAll(List.of(settings));
        broker = RunningBroker.open(root.resolve("data"), all.toArray(String[]::new));
        return broker;
    }

    public RunningBroker broker() {
        return broker;
    }

    public Path data() {
        return root.resolve("data");
    }

    public void createTopic(String topic) {
        broker.ask(
                RequestCode.UPDATE_AND_CREATE_TOPIC,
                "topic",
                topic,
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
                "false");
    }

    public RemotingCommand send(String topic, String body) {
        return broker.call(RequestCode.SEND_MESSAGE_V2, body.getBytes(StandardCharsets.UTF_8), sendFields(topic, 0, ""))
                .join();
    }

    public RemotingCommand pull(String topic, long offset) {
        return broker.ask(RequestCode.PULL_MESSAGE, pullFields(topic, 0, offset));
    }

    /** A pull that waits at the end of the queue for up to a minute. */
    public CompletableFuture<RemotingCommand> park(String topic, long offset) {
        return broker.call(
                RequestCode.PULL_MESSAGE,
                new byte[0],
                pullFields(topic, 0, offset, "sysFlag", "6", "suspendTimeoutMillis", "60000"));
    }

    /** Pulls as clients do until there is something, and says what. */
    public List<String> pulled(String topic, long offset) {
        List<String> found = new ArrayList<>();
        Awaitility.await().atMost(PATIENCE).until(() -> {
            RemotingCommand answer = pull(topic, offset);
            if (answer.code() == ResponseCode.SUCCESS) {
                found.addAll(bodies(answer));
            }
            return !found.isEmpty();
        });
        return found;
    }

    public void fill(String topic, int count) {
        createTopic(topic);
        for (int i = 0; i < count; i++) {
            RemotingCommand answer = send(topic, "m" + i);
            if (answer.code() != ResponseCode.SUCCESS) {
                throw new AssertionError(answer.remark());
            }
        }
        pulled(topic, 0);
    }

    /** How many segments the log has. */
    public int segments() throws IOException {
        try (var files = Files.list(data().resolve("commitlog"))) {
            return (int) files.filter(file -> file.getFileName().toString().matches("\\d{20}"))
                    .count();
        }
    }

    public String audit() throws IOException {
        return Files.readString(data().resolve("plugins").resolve("audit.log"));
    }

    @Override
    public void close() {
        if (broker != null) {
            broker.close();
        }
    }
}
