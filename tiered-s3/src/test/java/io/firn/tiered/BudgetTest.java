package io.firn.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.cold.ColdBatch;
import io.firn.tiered.fault.FaultScript;
import io.firn.tiered.fault.ScriptedS3;
import io.firn.tiered.store.RequestKind;
import io.firn.tiered.store.RequestPrices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What archiving and reading may cost in requests, as the fault server counts them. */
final class BudgetTest {
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

    /** Another broker's view of the same bucket: nothing is in memory. */
    private Room cold() throws Exception {
        Room room = room("cold");
        server.log().clear();
        return room;
    }

    private long archived() throws Exception {
        try (Room room = room("a")) {
            room.append(0, 600);
            room.ticks();
            return room.reader().coverage(Room.QUEUE).max();
        }
    }

    /** Reads to the end, each group in step with the others; tells how many GETs that took. */
    private long replay(long max, int groups) throws Exception {
        try (Room room = cold()) {
            long offset = 0;
            while (offset < max) {
                List<CompletableFuture<ColdBatch>> reads = new ArrayList<>();
                for (int group = 0; group < groups; group++) {
                    reads.add(room.ask("g" + group, Room.QUEUE, offset, 16));
                }
                for (CompletableFuture<ColdBatch> read : reads) {
                    ColdBatch.Found found = (ColdBatch.Found) read.get(1, TimeUnit.MINUTES);
                    found.frames().close();
                    offset = found.nextOffset();
                }
            }
            return server.log().count(RequestKind.GET);
        }
    }

    @Test
    void tenGroupsThatReadTheSameTakeNoMoreRequestsThanOne() throws Exception {
        long max = archived();
        long one = replay(max, 1);
        assertThat(one).isPositive();
        assertThat((double) replay(max, 10)).isLessThanOrEqualTo(1.1 * one);
    }

    @Test
    void aPointReadTakesTwoRequests() throws Exception {
        long max = archived();
        try (Room room = cold()) {
            for (long offset = 0; offset < max; offset += 97) {
                long before = server.log().count(RequestKind.GET);
                ColdBatch read = room.ask("g", Room.QUEUE, offset, 1).get(1, TimeUnit.MINUTES);
                ((ColdBatch.Found) read).frames().close();
                assertThat(server.log().count(RequestKind.GET) - before).isBetween(1L, 2L);
            }
        }
    }

    /** An object, its record, one look at the boundary, and what is read back: index and sampled frames. */
    @Test
    void aSliceTakesTwoPuts() throws Exception {
        try (Room room = room("a")) {
            room.ticks();
            server.log().clear();
            room.append(0, 600);
            room.ticks();
            long slices = server.bucket().keys().stream()
                    .filter(key -> key.contains("/data/"))
                    .count();
            assertThat(slices).isGreaterThan(10);
            assertThat(server.log().count(RequestKind.PUT)).isLessThanOrEqualTo(2 * slices + 2);
            assertThat(server.log().count(RequestKind.GET)).isLessThanOrEqualTo(10 * slices);
            double slice = server.log().usd(RequestPrices.S3_STANDARD) / slices;
            double parts =
                    RequestPrices.S3_STANDARD.usd(RequestKind.UPLOAD_PART, 12); // 1 GiB packed goes in so many more
            assertThat(1024 * (slice + parts))
                    .as("$ per TiB of slices of 1 GiB")
                    .isLessThan(0.12);
        }
    }
}
