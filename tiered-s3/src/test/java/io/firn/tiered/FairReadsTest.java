package io.firn.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.cold.ColdBatch;
import io.firn.spi.contract.ByteSize;
import io.firn.tiered.fault.Fault;
import io.firn.tiered.fault.FaultScript;
import io.firn.tiered.fault.ScriptedS3;
import io.firn.tiered.store.RequestKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group that reads much does not keep another from reading. */
final class FairReadsTest {
    private final ScriptedS3 server = ScriptedS3.start(FaultScript.none());

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aGroupWhoseRequestsHangDoesNotTakeTheMemoryOfOthers() throws Exception {
        try (Room room = new Room(directory, Settings.on(server, new ByteSize(16 << 10))).started()) {
            room.append(0, 1000);
            room.ticks();
            long max = room.reader().coverage(Room.QUEUE).max();
            assertThat(room.read(0, max)).hasSize((int) max); // the indexes are in memory now
            AtomicInteger asked = new AtomicInteger();
            server.follow(request -> {
                if (request.kind() != RequestKind.GET) {
                    return List.of();
                }
                asked.incrementAndGet();
                return List.of(new Fault.Stall(1));
            });
            List<CompletableFuture<ColdBatch>> hanging = new ArrayList<>();
            for (long offset = 0; offset < 600; offset += 20) {
                hanging.add(room.ask("many", Room.QUEUE, offset, 1));
            }
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> asked.get() > 0);
            server.follow(FaultScript.none());
            ColdBatch batch = room.ask("one", Room.QUEUE, 700, 1).get(1, TimeUnit.MINUTES);
            ((ColdBatch.Found) batch).frames().close();
            assertThat(asked.get()).isBetween(1, 20);
            assertThat(hanging).anyMatch(read -> !read.isDone());
        }
    }
}
