package io.firn.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.StorageException;
import io.firn.broker.runtime.StorageFullException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Durability: who is told what, when, and what a failing disk does. */
class FlushTest {

    private static final String SYNC = "flushDiskType=SYNC_FLUSH";
    private static final String NEVER = "flushIntervalCommitLog=3600000";

    @TempDir
    Path root;

    private final FaultyFiles files = new FaultyFiles();

    @Test
    void oneForceServesAllWhoWait() {
        try (OpenLog open = OpenLog.in(root, files, SYNC)) {
            files.stall();
            int before = files.forces.get();
            List<CompletableFuture<Void>> waiting = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                waiting.add(wait(open, open.append(0, "body " + i)));
            }
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            files.goOn();
            waiting.forEach(CompletableFuture::join);
            // one was under way when the others came
            assertThat(files.forces.get() - before).isBetween(1, 2);
            assertThat(open.log.flushed().get()).isEqualTo(open.log.appended().get());
        }
    }

    @Test
    void whatIsOnDiskIsAnsweredAtOnce() {
        try (OpenLog open = OpenLog.in(root, files, NEVER)) {
            long end = open.append(0, "one");
            open.awaitFlushed(end);
            files.stall();
            assertThat(wait(open, end)).isCompleted();
            files.goOn();
        }
    }

    @Test
    void stalledDiskTimesOutWhileTheForceIsStillRunning() {
        try (OpenLog open = OpenLog.in(root, files, SYNC, "syncFlushTimeout=50")) {
            files.stall();
            CompletableFuture<Void> slow = wait(open, open.append(0, "one"));
            assertThatThrownBy(slow::join).hasCauseInstanceOf(TimeoutException.class);
            files.goOn();
            assertThat(open.bodies()).containsExactly("one");
            open.awaitFlushed(open.append(0, "two"));
        }
    }

    @Test
    void failedForceIsToldToAllWhoWaitAndToTheFaultHandlerAndRecovers() {
        try (OpenLog open = OpenLog.in(root, files, SYNC)) {
            files.failing = true;
            CompletableFuture<Void> failed = wait(open, open.append(0, "one"));
            assertThatThrownBy(failed::join).hasCauseInstanceOf(StorageException.class);
            Awaitility.await().until(() -> !open.faults.isEmpty());
            assertThat(open.faults.peek()).hasMessageContaining("can not force");
            assertThat(open.log.flushed().get()).isZero();
            files.failing = false;
            open.awaitFlushed(open.append(0, "two"));
            assertThat(open.log.flushed().get()).isEqualTo(open.log.appended().get());
        }
    }

    @Test
    void failedLastForceKeepsAbort() {
        OpenLog open = OpenLog.in(root, files, NEVER);
        open.append(0, "one");
        files.failing = true;
        assertThatThrownBy(open::close).isInstanceOf(StorageException.class).hasMessageContaining("can not force");
        assertThat(root.resolve("abort")).exists();
        files.failing = false;
        try (OpenLog again = OpenLog.in(root, files)) {
            assertThat(again.log.recovery().lastStop()).isEqualTo(RecoveryReport.LastStop.CRASHED);
            assertThat(again.bodies()).containsExactly("one");
        }
    }

    @Test
    void asyncFlushForcesByItselfAndThenRests() {
        try (OpenLog open = OpenLog.in(root, files, "flushIntervalCommitLog=20", "flushCommitLogLeastPages=1")) {
            long end = open.append(0, "one");
            Awaitility.await().until(() -> open.log.flushed().get() == end);
            int forces = files.forces.get();
            open.append(0, "two");
            Awaitility.await()
                    .until(() -> open.log.flushed().get() == open.log.appended().get());
            assertThat(files.forces.get()).isEqualTo(forces + 1);
        }
    }

    @Test
    void fewDirtyPagesWaitForMore() {
        try (OpenLog open =
                OpenLog.in(root, files, "flushIntervalCommitLog=10", "flushCommitLogThoroughInterval=3600000")) {
            open.append(0, "one");
            open.append(0, "x".repeat(3 * 4096));
            Awaitility.await()
                    .until(() -> open.log.flushed().get() == open.log.appended().get());
            assertThat(files.forces.get()).isEqualTo(1);
        }
    }

    @Test
    void noPageStaysDirtyForLongerThanTheThoroughInterval() {
        try (OpenLog open = OpenLog.in(
                root,
                files,
                "flushIntervalCommitLog=10",
                "flushCommitLogLeastPages=1000",
                "flushCommitLogThoroughInterval=50")) {
            long end = open.append(0, "one");
            Awaitility.await().until(() -> open.log.flushed().get() == end);
        }
    }

    @Test
    void checkpointNeverClaimsMoreThanWasForced() throws Exception {
        try (OpenLog open = OpenLog.in(root, files, NEVER)) {
            long end = open.append(0, "one");
            open.awaitFlushed(end);
            open.append(0, "two");
            open.checkpoint.write();
            assertThat(position(32)).isEqualTo(end);
            files.stall();
            CompletableFuture<Void> second = wait(open, open.log.appended().get());
            open.checkpoint.write();
            assertThat(position(32)).isEqualTo(end);
            files.goOn();
            second.join();
        }
        assertThat(Files.size(root.resolve("checkpoint"))).isEqualTo(4096);
        assertThat(position(32)).isGreaterThan(100);
    }

    @Test
    void housekeeperWritesTheCheckpoint() {
        try (OpenLog open = OpenLog.in(root, files, NEVER)) {
            long end = open.append(0, "one");
            open.awaitFlushed(end);
            Awaitility.await().until(() -> position(32) == end && position(0) > 0);
        }
    }

    @Test
    void fullDiskIsAnExceptionAndGoesAway() {
        try (OpenLog open = OpenLog.in(root, files, "firn.log.populateAhead=64KiB")) {
            open.append(0, "one");
            // the housekeeper may have made this segment and the next one ready
            int accepted = 0;
            files.full = true;
            StorageFullException full = null;
            while (full == null) {
                try {
                    open.append(0, "x".repeat(10_000));
                    accepted++;
                } catch (StorageFullException e) {
                    full = e;
                }
            }
            assertThat(full).hasMessageContaining("no space left");
            assertThat(open.tail(0).next()).isEqualTo(accepted + 1);
            assertThatThrownBy(() -> open.append(0, "x".repeat(10_000))).isInstanceOf(StorageFullException.class);
            assertThat(open.bodies()).hasSize(accepted + 1);
            files.full = false;
            open.append(0, "again");
            assertThat(open.bodies()).hasSize(accepted + 2).last().isEqualTo("again");
        }
        try (OpenLog open = OpenLog.in(root, files)) {
            assertThat(open.bodies()).last().isEqualTo("again");
        }
    }

    private static CompletableFuture<Void> wait(OpenLog open, long position) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        open.log.flusher().whenFlushed(position, OpenLog.waiter(done));
        return done;
    }

    private long position(int at) throws java.io.IOException {
        return java.nio.ByteBuffer.wrap(Files.readAllBytes(root.resolve("checkpoint")))
                .getLong(at);
    }
}
