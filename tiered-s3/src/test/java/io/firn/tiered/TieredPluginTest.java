package io.firn.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.cold.Coverage;
import io.firn.spi.read.SegmentRef;
import io.firn.spi.retention.DeleteCause;
import io.firn.spi.topic.QueueRef;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin in a broker that is made of fakes: a log in memory, a store in a directory. */
final class TieredPluginTest {
    private static final QueueRef QUEUE = Room.QUEUE;

    @TempDir
    private Path directory;

    private Room room(String name, @Nullable URI location) throws IOException {
        return new Room(directory.resolve(name), Settings.at(location));
    }

    private static List<String> messages(int from, int to) {
        List<String> expected = new ArrayList<>();
        for (int i = from; i < to; i++) {
            expected.add("message " + i);
        }
        return expected;
    }

    @Test
    void archivesSealedSegmentsAndServesThem() throws Exception {
        try (Room room = room("a", null).started()) {
            room.append(0, 200);
            room.ticks();
            Coverage covered = room.reader().coverage(QUEUE);
            assertThat(covered.min()).isZero();
            assertThat(covered.max()).isBetween(100L, 199L);
            assertThat(room.read(0, covered.max())).isEqualTo(messages(0, (int) covered.max()));
            assertThat(room.log().open()).isZero();
        }
    }

    @Test
    void opensTheGateForArchivedSegmentsOnly() throws Exception {
        try (Room room = room("a", null).started()) {
            room.append(0, 100);
            SegmentRef first = room.log().segments().getFirst();
            SegmentRef last = room.log().segments().getLast();
            assertThat(room.gate().beforeDelete(first, DeleteCause.EXPIRED).isHeld())
                    .isTrue();
            room.ticks();
            assertThat(room.gate().beforeDelete(first, DeleteCause.EXPIRED).isHeld())
                    .isFalse();
            assertThat(room.gate().beforeDelete(last, DeleteCause.DISK_FORCED).isHeld())
                    .isTrue();
        }
    }

    @Test
    void archivesTheOpenSegmentWhenItsMessagesAreOld() throws Exception {
        try (Room room = room("a", null).started()) {
            room.append(0, 5);
            room.ticks();
            assertThat(room.reader().coverage(QUEUE)).isEqualTo(Coverage.NONE);
            room.context().clock().advance(Duration.ofMinutes(61));
            room.ticks();
            assertThat(room.reader().coverage(QUEUE)).isEqualTo(new Coverage(0, 5));
            room.append(5, 100);
            room.ticks();
            int max = (int) room.reader().coverage(QUEUE).max();
            assertThat(max).isGreaterThan(5);
            assertThat(room.read(0, max)).isEqualTo(messages(0, max));
        }
    }

    @Test
    void knowsAfterARestartWhatIsArchivedWithAndWithoutItsLocalCopy() throws Exception {
        URI location = directory.resolve("bucket").toUri();
        Coverage before;
        try (Room room = room("a", location).started()) {
            room.append(0, 200);
            room.ticks();
            before = room.reader().coverage(QUEUE);
        }
        try (Room again = room("a", location).started();
                Room elsewhere = room("b", location).started()) {
            assertThat(again.reader().coverage(QUEUE)).isEqualTo(before);
            assertThat(elsewhere.reader().coverage(QUEUE)).isEqualTo(before);
            assertThat(elsewhere.read(0, before.max())).isEqualTo(messages(0, (int) before.max()));
            assertThat(elsewhere.reader().nextPositionFloor())
                    .isEqualTo(again.reader().nextPositionFloor())
                    .isPositive();
        }
    }

    @Test
    void doesNotStartOnALogThatEndsBeforeItsArchive() throws Exception {
        URI location = directory.resolve("bucket").toUri();
        try (Room room = room("a", location).started()) {
            room.append(0, 200);
            room.ticks();
        }
        try (Room other = room("b", location)) {
            other.append(0, 30);
            assertThatThrownBy(other::started)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is the archive of another log");
        }
    }
}
