package io.firn.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.read.SegmentRef;
import io.firn.spi.retention.DeleteCause;
import io.firn.tiered.operator.NoArgs;
import io.firn.tiered.operator.RangeArgs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A range that neither disk nor bucket has is lost when an operator says so, not before. */
final class LossTest {
    private static final int SEGMENT = 4096;

    @TempDir
    private Path directory;

    private long archivedUpTo(Room room) throws Exception {
        Map<?, ?> status = (Map<?, ?>) Objects.requireNonNull(room.command("status", new NoArgs()));
        return ((Number) Objects.requireNonNull(status.get("archivedUpTo"))).longValue();
    }

    /** Two segments go between the archive's end and what is left. */
    private Room withHole() throws Exception {
        Room room = new Room(directory.resolve("a"), Settings.at(null)).started();
        room.append(0, 100);
        room.ticks();
        room.append(100, 400);
        room.log().lose(archivedUpTo(room) + 2 * SEGMENT);
        room.ticks();
        return room;
    }

    @Test
    void archivingWaitsBehindALostRange() throws Exception {
        try (Room room = withHole()) {
            long upTo = archivedUpTo(room);
            for (int i = 0; i < 10; i++) {
                room.pass(Duration.ofMinutes(2));
            }
            assertThat(archivedUpTo(room)).isEqualTo(upTo);
            SegmentRef first = room.log().segments().getFirst();
            assertThat(room.gate().beforeDelete(first, DeleteCause.DISK_FORCED).isHeld())
                    .isTrue();
            assertThat(room.context().health().words().get("archive"))
                    .startsWith("degraded")
                    .contains("accept-gap --from " + upTo + " --to " + (upTo + 2 * SEGMENT));
        }
    }

    @Test
    void onlyTheWholeRangeCanBeGivenUp() throws Exception {
        try (Room room = withHole()) {
            long upTo = archivedUpTo(room);
            for (RangeArgs other : List.of(
                    new RangeArgs(upTo, upTo + SEGMENT),
                    new RangeArgs(0, upTo),
                    new RangeArgs(upTo, upTo + 3 * SEGMENT))) {
                assertThatThrownBy(() -> room.command("accept-gap", other))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("--from " + upTo + " --to " + (upTo + 2 * SEGMENT));
            }
            room.pass(Duration.ofMinutes(2));
            assertThat(archivedUpTo(room)).isEqualTo(upTo);
        }
    }

    @Test
    void archivingGoesOnBehindARangeThatWasGivenUp() throws Exception {
        try (Room room = withHole()) {
            long upTo = archivedUpTo(room);
            room.command("accept-gap", new RangeArgs(upTo, upTo + 2 * SEGMENT));
            room.ticks();
            assertThat(archivedUpTo(room)).isGreaterThan(upTo + 2 * SEGMENT);
            room.pass(Duration.ofSeconds(10));
            assertThat(room.context().health().words()).containsEntry("archive", "up");
            assertThatThrownBy(() -> room.command("accept-gap", new RangeArgs(upTo, upTo + 2 * SEGMENT)))
                    .hasMessageContaining("does not wait for a lost range");
        }
    }

    @Test
    void nothingIsGivenUpWhileNothingIsLost() throws Exception {
        try (Room room = new Room(directory.resolve("a"), Settings.at(null)).started()) {
            room.append(0, 100);
            room.ticks();
            assertThatThrownBy(() -> room.command("accept-gap", new RangeArgs(0, SEGMENT)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("does not wait for a lost range");
        }
    }

    @Test
    void aRangeWithoutLengthIsRefused() {
        assertThatThrownBy(() -> new RangeArgs(5, 5)).hasMessageContaining("to=5 does not lie behind from=5");
    }
}
