package io.firn.spi.samples;

import io.firn.spi.dispatch.CommitLogDispatcher;
import io.firn.spi.dispatch.DispatchBatch;
import io.firn.spi.dispatch.Progress;
import io.firn.spi.fake.FakeContext;
import io.firn.spi.read.FrameCursor;
import io.firn.spi.read.SegmentLease;
import io.firn.spi.tck.DispatcherContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DispatcherContractTest {

    @Test
    void passesForADispatcherThatKeepsAtOnce() {
        Suites.assertKeeps(KeepsAtOnce.class);
    }

    @Test
    void passesForADispatcherThatKeepsLater() {
        Suites.assertKeeps(KeepsLater.class);
    }

    @Test
    void failsForEachBrokenClause() {
        Suites.assertEachClauseIsNeeded(DispatcherContract.class, DispatcherContractTest.class);
    }

    /** Copies positions to a list that outlives it. A subclass breaks one step. */
    static class KeepsAtOnce extends DispatcherContract implements CommitLogDispatcher {

        final List<Long> target = Collections.synchronizedList(new ArrayList<>());

        @Override
        protected CommitLogDispatcher open(FakeContext opened) {
            return this;
        }

        @Override
        protected List<Long> kept() {
            synchronized (target) {
                return List.copyOf(target);
            }
        }

        @Override
        protected Duration limit() {
            return Duration.ofMillis(500);
        }

        @Override
        public void dispatch(DispatchBatch batch, Progress progress) throws Exception {
            keep(positions(batch));
            progress.durableUpTo(batch.to());
        }

        @Override
        public void onTruncate(long position) throws Exception {
            target.removeIf(p -> p >= position);
        }

        final List<Long> positions(DispatchBatch batch) {
            List<Long> found = new ArrayList<>();
            try (FrameCursor frames = batch.frames()) {
                while (frames.next()) {
                    found.add(frames.frame().position());
                }
            }
            return found;
        }

        final void keep(List<Long> positions) {
            for (Long position : positions) {
                if (!target.contains(position)) {
                    target.add(position);
                }
            }
        }
    }

    static final class KeepsLater extends KeepsAtOnce {

        private @Nullable Executor io;

        @Override
        protected CommitLogDispatcher open(FakeContext opened) {
            io = opened.blockingIo(1);
            return this;
        }

        @Override
        protected Duration limit() {
            return Duration.ofSeconds(60);
        }

        @Override
        public void dispatch(DispatchBatch batch, Progress progress) {
            SegmentLease lease = batch.lease();
            List<Long> positions = positions(batch);
            io.execute(() -> {
                try (lease) {
                    synchronized (target) {
                        keep(positions);
                        Collections.sort(target);
                    }
                    progress.durableUpTo(lease.to());
                }
            });
        }
    }

    static final class KeepsEveryMessageInOrder extends KeepsAtOnce {
        @Override
        public void dispatch(DispatchBatch batch, Progress progress) {
            keep(positions(batch).stream().skip(1).toList());
            progress.durableUpTo(batch.to());
        }
    }

    static final class CallsDurableOnlyWhatIsKept extends KeepsAtOnce {
        @Override
        public void dispatch(DispatchBatch batch, Progress progress) {
            progress.durableUpTo(batch.to());
            keep(positions(batch));
        }
    }

    static final class NeverCallsDurableWhatItWasNotGiven extends KeepsAtOnce {
        @Override
        public void dispatch(DispatchBatch batch, Progress progress) throws Exception {
            super.dispatch(batch, progress);
            try {
                progress.durableUpTo(batch.to() + 1);
            } catch (IllegalArgumentException e) {
                target.removeIf(p -> p < 0);
            }
        }
    }

    static final class KeepsAMessageOnceWhenItIsShownTwice extends KeepsAtOnce {
        @Override
        public void dispatch(DispatchBatch batch, Progress progress) {
            target.addAll(positions(batch));
            progress.durableUpTo(batch.to());
        }
    }

    static final class GoesOnAfterACrash extends KeepsAtOnce {
        @Override
        protected CommitLogDispatcher open(FakeContext opened) {
            target.clear();
            return this;
        }
    }

    static final class ForgetsWhatWasTruncated extends KeepsAtOnce {
        @Override
        public void onTruncate(long position) {
            // does not care
        }
    }

    static final class MayBeToldOfATruncationTwice extends KeepsAtOnce {
        @Override
        public void onTruncate(long position) throws Exception {
            if (target.stream().noneMatch(p -> p >= position)) {
                throw new IllegalStateException("nothing to forget");
            }
            super.onTruncate(position);
        }
    }

    static final class PassesBatchesWithoutAMessageForIt extends KeepsAtOnce {
        @Override
        public void dispatch(DispatchBatch batch, Progress progress) throws Exception {
            if (!positions(batch).isEmpty()) {
                super.dispatch(batch, progress);
            }
        }
    }

    static final class TouchesABatchOnlyDuringItsCall extends KeepsAtOnce {
        private @Nullable DispatchBatch last;

        @Override
        public void dispatch(DispatchBatch batch, Progress progress) throws Exception {
            super.dispatch(batch, progress);
            try {
                progress.durableUpTo(last == null ? 0 : last.to());
            } catch (IllegalStateException e) {
                target.removeIf(p -> p < 0);
            }
            last = batch;
        }
    }

    static final class ClosesWhatItLeased extends KeepsAtOnce {
        @Override
        public void dispatch(DispatchBatch batch, Progress progress) throws Exception {
            keep(positions(batch));
            progress.durableUpTo(batch.lease().to());
        }
    }
}
