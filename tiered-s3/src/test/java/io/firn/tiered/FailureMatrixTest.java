package io.firn.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.read.SegmentRef;
import io.firn.spi.retention.DeleteCause;
import io.firn.spi.retention.Hold;
import io.firn.tiered.fault.Fault;
import io.firn.tiered.fault.FaultScript;
import io.firn.tiered.fault.ScriptedS3;
import io.firn.tiered.operator.NoArgs;
import io.firn.tiered.operator.ScrubArgs;
import io.firn.tiered.store.RequestKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the plugin as a whole does about each failure; the requests themselves are tried in the store's tests. */
final class FailureMatrixTest {
    private static final Fault.Refuse DENIED = new Fault.Refuse(403, "AccessDenied");

    private final ScriptedS3 server = ScriptedS3.start(FaultScript.none());

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        server.close();
    }

    private Room room(String name) throws Exception {
        return new Room(directory.resolve(name), Settings.on(server)).started();
    }

    private static Hold gate(Room room, DeleteCause cause) {
        SegmentRef first = room.log().segments().getFirst();
        return room.gate().beforeDelete(first, cause);
    }

    private static Map<?, ?> status(Room room) throws Exception {
        return (Map<?, ?>) Objects.requireNonNull(room.command("status", new NoArgs()));
    }

    private void readsAll(Room room) throws Exception {
        int max = (int) room.reader().coverage(Room.QUEUE).max();
        assertThat(max).isPositive();
        assertThat(room.read(0, max)).hasSize(max).startsWith("message 0").endsWith("message " + (max - 1));
        Map<?, ?> scrubbed = (Map<?, ?>) Objects.requireNonNull(room.command("scrub", new ScrubArgs(10)));
        assertThat(scrubbed.get("grave")).isEqualTo(0L);
    }

    @Test
    void aStoreThatIsAwayForDaysHoldsTheGateAndLosesNothing() throws Exception {
        try (Room room = room("a")) {
            room.append(0, 100);
            server.follow(FaultScript.always(DENIED));
            for (int day = 0; day < 5; day++) {
                room.append(100 + day * 20, 120 + day * 20);
                room.pass(Duration.ofDays(1));
                assertThat(gate(room, DeleteCause.DISK_FORCED).isHeld()).isTrue();
            }
            assertThat(room.context().health().words().get("archive")).contains("AccessDenied");
            server.follow(FaultScript.none());
            room.pass(Duration.ofMinutes(2));
            room.ticks();
            assertThat(gate(room, DeleteCause.EXPIRED).isHeld()).isFalse();
            readsAll(room);
        }
    }

    /** Its local copy says that all is archived. */
    @Test
    void pauseAndResumeDoNotOpenTheGateOfABrokerThatHasNotSeenTheBucket() throws Exception {
        try (Room room = room("a")) {
            room.append(0, 100);
            room.ticks();
        }
        server.follow(FaultScript.always(DENIED));
        try (Room room = new Room(directory.resolve("a"), Settings.on(server))) {
            room.append(0, 100);
            room.started();
            room.pass(Duration.ofMinutes(2));
            assertThat(gate(room, DeleteCause.DISK_FORCED).isHeld()).isTrue();
            room.command("pause", new NoArgs());
            room.pass(Duration.ofMinutes(2));
            assertThat(gate(room, DeleteCause.DISK_FORCED).isHeld()).isTrue();
            room.command("resume", new NoArgs());
            room.pass(Duration.ofMinutes(2));
            assertThat(gate(room, DeleteCause.DISK_FORCED).isHeld()).isTrue();
            server.follow(FaultScript.none());
            room.pass(Duration.ofMinutes(2));
            assertThat(gate(room, DeleteCause.DISK_FORCED).isHeld()).isFalse();
        }
    }

    @Test
    void whatCanNotBeReadBackIsNeverCommitted() throws Exception {
        try (Room room = room("a")) {
            room.ticks();
            server.follow(request ->
                    request.kind() == RequestKind.GET && request.key().endsWith(".rpk") ? List.of(DENIED) : List.of());
            room.append(0, 100);
            room.pass(Duration.ofMinutes(2));
            room.pass(Duration.ofMinutes(2));
            assertThat(gate(room, DeleteCause.DISK_FORCED).isHeld()).isTrue();
            assertThat(status(room).get("objects")).isEqualTo(0);
            server.follow(FaultScript.none());
            room.pass(Duration.ofMinutes(2));
            assertThat(gate(room, DeleteCause.EXPIRED).isHeld()).isFalse();
            readsAll(room);
        }
    }

    @Test
    void bytesThatWereStoredWrongAreSentAgain() throws Exception {
        try (Room room = room("a")) {
            room.ticks();
            server.follow(FaultScript.next(RequestKind.PUT, new Fault.StoreFlipped(100))
                    .onKeys("rpk$"));
            room.append(0, 100);
            room.pass(Duration.ofMinutes(2));
            room.pass(Duration.ofMinutes(2));
            assertThat(gate(room, DeleteCause.EXPIRED).isHeld()).isFalse();
            readsAll(room);
        }
    }

    @Test
    void ofTwoBrokersAtOnePlaceTheFirstStopsAndKeepsItsSegments() throws Exception {
        try (Room first = room("a")) {
            first.append(0, 100);
            first.ticks();
            try (Room second = new Room(directory.resolve("b"), Settings.on(server))) {
                second.append(0, 100);
                second.started();
                second.ticks();
                first.append(100, 300);
                first.ticks();
                first.pass(Duration.ofSeconds(10));
                assertThat(status(first).get("phase")).isEqualTo("fenced");
                assertThat(first.context().health().words().get("archive")).startsWith("down: another broker");
                SegmentRef last =
                        first.log().segments().get(first.log().segments().size() - 2);
                assertThat(first.gate()
                                .beforeDelete(last, DeleteCause.DISK_FORCED)
                                .isHeld())
                        .isTrue();
                second.append(100, 300);
                second.pass(Duration.ofMinutes(2));
                readsAll(second);
            }
        }
    }

    @Test
    void aRottenFrameIsAnErrorOfItsOwnAndNotWrongBytes() throws Exception {
        try (Room room = room("a")) {
            room.append(0, 200);
            room.ticks();
            String key = server.bucket().keys().stream()
                    .filter(name -> name.contains("/data/"))
                    .toList()
                    .getLast();
            server.bucket().rot(key, 100);
            int max = (int) room.reader().coverage(Room.QUEUE).max();
            assertThatThrownBy(() -> room.read(0, max)).rootCause().hasMessageContaining("frame 0 at 64");
            assertThat(room.read(0, 20)).hasSizeGreaterThanOrEqualTo(20);
        }
    }

    @Test
    void aReplyLostAfterACommitIsNoSecondCommit() throws Exception {
        try (Room room = room("a")) {
            room.ticks();
            server.follow(FaultScript.next(RequestKind.PUT, new Fault.LoseReply(), new Fault.LoseReply())
                    .onKeys("/log/"));
            room.append(0, 100);
            room.pass(Duration.ofMinutes(2));
            assertThat(gate(room, DeleteCause.EXPIRED).isHeld()).isFalse();
            readsAll(room);
        }
    }
}
