package io.firn.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.fake.FakeTopics;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.Topic;
import io.firn.tiered.fault.Fault;
import io.firn.tiered.fault.FaultScript;
import io.firn.tiered.fault.RequestLog;
import io.firn.tiered.fault.ScriptedS3;
import io.firn.tiered.operator.NoArgs;
import io.firn.tiered.store.RequestKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done beside archiving goes on when archiving does not, and leaves alone what it was told to leave. */
final class BesideTest {
    private static final QueueRef SHORT = new QueueRef("short", 0);
    private static final Fault.Refuse DENIED = new Fault.Refuse(403, "AccessDenied");

    private final ScriptedS3 server = ScriptedS3.start(FaultScript.none());

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        server.close();
    }

    /** Messages are kept for two hours. */
    private Room room() throws Exception {
        Room room = new Room(directory.resolve("a"), Settings.on(server));
        Topic plain = FakeTopics.topic("short", 1);
        Map<String, String> attributes = Map.of("archive.retention", "2h");
        room.context().topics().put(new Topic("short", plain.kind(), plain.layout(), attributes, plain.incarnation()));
        return room.started();
    }

    private static void append(Room room, int from, int to) {
        for (int i = from; i < to; i++) {
            room.append(SHORT, i);
        }
    }

    private static Map<?, ?> status(Room room) throws Exception {
        return (Map<?, ?>) Objects.requireNonNull(room.command("status", new NoArgs()));
    }

    private List<String> keys(String part) {
        return server.bucket().keys().stream().filter(key -> key.contains(part)).toList();
    }

    /** A snapshot each minute: the group goes on. */
    private static void commits(Room room, int minutes) throws Exception {
        for (int i = 0; i < minutes; i++) {
            room.context().groups().commit("g", SHORT, room.context().clock().millis());
            room.pass(Duration.ofSeconds(61));
        }
    }

    @Test
    void aSliceThatCanNotBeArchivedHoldsUpNeitherSnapshotsNorRetention() throws Exception {
        try (Room room = room()) {
            append(room, 0, 100);
            room.ticks();
            long upTo = (long) status(room).get("archivedUpTo");
            append(room, 100, 200);
            room.log().damage(upTo);
            room.ticks();
            assertThat((String) status(room).get("trouble")).contains("the log's own bytes can not be archived");
            List<String> states = keys("/state/");
            commits(room, 3);
            assertThat(keys("/state/")).isNotEmpty().doesNotContainAnyElementsOf(states);

            assertThat(keys("/data/")).isNotEmpty();
            room.pass(Duration.ofHours(2));
            room.pass(Duration.ofMinutes(16));
            room.ticks();
            assertThat(keys("/data/")).isEmpty();
            assertThat(status(room).get("archivedUpTo")).isEqualTo(upTo);
            assertThat((String) status(room).get("trouble")).contains("the log's own bytes can not be archived");
            assertThat(room.context().health().words().get("archive")).contains("can not be archived");
        }
    }

    @Test
    void snapshotsThatAreRefusedHoldUpNoSlices() throws Exception {
        try (Room room = room()) {
            server.follow(FaultScript.always(DENIED).onKeys("/state/"));
            append(room, 0, 100);
            room.ticks();
            long upTo = (long) status(room).get("archivedUpTo");
            assertThat(upTo).isPositive();
            assertThat((String) status(room).get("trouble")).contains("AccessDenied");
            append(room, 100, 200);
            room.ticks();
            assertThat((long) status(room).get("archivedUpTo")).isGreaterThan(upTo);
            server.follow(FaultScript.none());
            commits(room, 2);
            assertThat(keys("/state/")).isNotEmpty();
            assertThat(status(room).get("trouble")).isEqualTo("");
        }
    }

    @Test
    void whilePausedSnapshotsAreWrittenAndNothingIsDeleted() throws Exception {
        try (Room room = room()) {
            append(room, 0, 100);
            room.ticks();
            List<String> data = keys("/data/");
            assertThat(data).isNotEmpty();
            room.command("pause", new NoArgs());
            append(room, 100, 200);
            server.log().clear();
            commits(room, 6);
            room.pass(Duration.ofHours(3));
            room.pass(Duration.ofMinutes(16));
            room.ticks();
            assertThat(status(room).get("phase")).isEqualTo("paused");
            assertThat(keys("/data/")).isEqualTo(data);
            assertThat(keys("/state/")).hasSizeGreaterThanOrEqualTo(6);
            assertThat(server.log().entries())
                    .isNotEmpty()
                    .allMatch(request -> request.kind() == RequestKind.LIST
                            || (request.kind() == RequestKind.PUT
                                    && request.key().contains("/state/")));

            room.command("resume", new NoArgs());
            commits(room, 1);
            room.pass(Duration.ofMinutes(6));
            room.pass(Duration.ofMinutes(16));
            room.ticks();
            assertThat(keys("/data/")).doesNotContainAnyElementsOf(data);
            assertThat(keys("/state/")).hasSize(3);
        }
    }

    @Test
    void snapshotsAreWrittenBetweenTheSlicesOfALongBacklog() throws Exception {
        try (Room room = room()) {
            append(room, 0, 1500);
            room.ticks();
            assertThat(keys("/data/")).hasSizeGreaterThan(32);
            List<String> written = server.log().entries().stream()
                    .filter(request -> request.kind() == RequestKind.PUT)
                    .map(RequestLog.Entry::key)
                    .filter(key -> key.contains("/data/") || key.contains("/state/"))
                    .map(key -> key.contains("/state/") ? "state" : "data")
                    .toList();
            assertThat(written.indexOf("state")).isEqualTo(16);
            assertThat(written.lastIndexOf("data")).isGreaterThan(16);
        }
    }
}
