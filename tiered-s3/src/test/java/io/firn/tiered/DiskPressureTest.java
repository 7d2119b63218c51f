package io.firn.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.contract.ByteSize;
import io.firn.spi.retention.DiskPressure;
import io.firn.tiered.fault.FaultScript;
import io.firn.tiered.fault.ScriptedS3;
import io.firn.tiered.operator.NoArgs;
import io.firn.tiered.store.Purpose;
import io.firn.tiered.store.RequestMeter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From 80 % on, what frees the disk has the line to itself. */
final class DiskPressureTest {
    private final ScriptedS3 server = ScriptedS3.start(FaultScript.none());

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        server.close();
    }

    private static void press(Room room, double used) {
        room.gate().onDiskPressure(new DiskPressure(used, 0.75, new ByteSize(1), List.of()));
    }

    private static long readAhead(Room room) throws Exception {
        Map<?, ?> cost = (Map<?, ?>) Objects.requireNonNull(room.command("cost", new NoArgs()));
        return ((List<?>) Objects.requireNonNull(cost.get("requests")))
                .stream()
                        .map(RequestMeter.Count.class::cast)
                        .filter(count -> count.purpose() == Purpose.READAHEAD)
                        .mapToLong(RequestMeter.Count::requests)
                        .sum();
    }

    private static Object disk(Room room) throws Exception {
        return Objects.requireNonNull(
                ((Map<?, ?>) Objects.requireNonNull(room.command("status", new NoArgs()))).get("disk"));
    }

    @Test
    void fromEightyPercentOnNothingIsReadAheadAndArchivingGoesOn() throws Exception {
        try (Room room = new Room(directory, Settings.on(server)).started()) {
            room.append(0, 200);
            room.ticks();
            press(room, 0.81);
            assertThat(disk(room)).isEqualTo("free");
            long max = room.reader().coverage(Room.QUEUE).max();
            assertThat(room.read(0, max)).hasSize((int) max);
            assertThat(readAhead(room)).isZero();
            room.append(200, 400);
            room.ticks();
            long more = room.reader().coverage(Room.QUEUE).max();
            assertThat(more).isGreaterThan(max);

            room.pass(Duration.ofSeconds(61));
            assertThat(disk(room)).isEqualTo("calm");
            assertThat(room.read(max, max + 14)).hasSizeGreaterThanOrEqualTo(14);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> readAhead(room) > 0);
        }
    }
}
