package io.firn.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.cold.ColdBatch;
import io.firn.spi.cold.ColdRequest;
import io.firn.spi.contract.Deadline;
import io.firn.spi.fake.FakeCancelToken;
import io.firn.spi.fake.FakeFilter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is sent to a read-only broker, and who is served although he should be. */
final class RedirectsTest {
    @TempDir
    private Path directory;

    private Room room(List<String> readers) throws Exception {
        Room room = new Room(directory, Settings.redirecting(readers)).started();
        room.append(0, 600);
        room.ticks();
        return room;
    }

    /** 0: served here. */
    private static long broker(Room room, String group, long offset, ColdRequest.Access access) throws Exception {
        ColdRequest request = new ColdRequest(
                Room.QUEUE,
                offset,
                new ColdRequest.Limits(1, 1 << 20),
                FakeFilter.all(),
                new ColdRequest.Reader(group, access, Deadline.after(Duration.ofMinutes(1), System::nanoTime)));
        ColdBatch batch = room.reader()
                .read(request, new FakeCancelToken())
                .toCompletableFuture()
                .get(1, TimeUnit.MINUTES);
        return switch (batch) {
            case ColdBatch.Found found -> {
                found.frames().close();
                yield 0;
            }
            case ColdBatch.Skipped skipped -> throw new AssertionError("skipped to " + skipped.nextOffset());
            case ColdBatch.Elsewhere elsewhere -> elsewhere.brokerId();
        };
    }

    private static long broker(Room room, String group, long offset) throws Exception {
        return broker(room, group, offset, ColdRequest.Access.SEQUENTIAL);
    }

    @Test
    void nobodyIsSentAwayUnlessASettingSaysSo() throws Exception {
        try (Room room = room(List.of())) {
            assertThat(broker(room, "g", 0)).isZero();
        }
    }

    @Test
    void groupsAreSentAwayAndLookUpsAndPopsAreNot() throws Exception {
        try (Room room = room(List.of("3"))) {
            assertThat(broker(room, "g", 0)).isEqualTo(3);
            assertThat(broker(room, "h", 0)).isEqualTo(3);
            assertThat(broker(room, "g", 50)).isEqualTo(3);
            assertThat(broker(room, "", 0, ColdRequest.Access.SINGLE)).isZero();
            assertThat(broker(room, "p", 0, ColdRequest.Access.BOUND)).isZero();
        }
    }

    @Test
    void whoComesBackWithTheSameOffsetIsServedHereForAWhile() throws Exception {
        try (Room room = room(List.of("3"))) {
            assertThat(broker(room, "g", 0)).isEqualTo(3);
            assertThat(broker(room, "g", 0)).isZero();
            assertThat(broker(room, "g", 7)).isZero();
            assertThat(broker(room, "h", 7)).as("another group").isEqualTo(3);
            room.pass(Duration.ofSeconds(29));
            assertThat(broker(room, "g", 14)).isZero();
            room.pass(Duration.ofSeconds(2));
            assertThat(broker(room, "g", 21)).isEqualTo(3);
            assertThat(broker(room, "g", 21)).isZero();
        }
    }

    @Test
    void whoComesBackMuchLaterHasNotComeBack() throws Exception {
        try (Room room = room(List.of("3"))) {
            assertThat(broker(room, "g", 0)).isEqualTo(3);
            room.pass(Duration.ofMinutes(1));
            assertThat(broker(room, "g", 0)).isEqualTo(3);
        }
    }

    @Test
    void groupsThatReadAQueueMeetAtOneOfSeveralBrokers() throws Exception {
        try (Room room = room(List.of("1", "2", "5"))) {
            Set<Long> brokers = new HashSet<>();
            for (int group = 0; group < 10; group++) {
                brokers.add(broker(room, "g" + group, 0));
            }
            assertThat(brokers).hasSize(1).isSubsetOf(1L, 2L, 5L);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "one", "1.5", "9999999999999999999"})
    void refusesWhatIsNoReadOnlyBrokersId(String id) {
        assertThatThrownBy(() -> Settings.redirecting(List.of(id)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[" + id + "]")
                .hasMessageContaining("brokerId");
    }
}
