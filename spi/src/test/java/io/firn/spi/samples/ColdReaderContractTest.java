package io.firn.spi.samples;

import io.firn.spi.cold.ColdBatch;
import io.firn.spi.cold.ColdKeyRequest;
import io.firn.spi.cold.ColdReader;
import io.firn.spi.cold.ColdRequest;
import io.firn.spi.cold.Coverage;
import io.firn.spi.contract.CancelToken;
import io.firn.spi.contract.Deadline;
import io.firn.spi.fake.FakeFilter;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.read.Boundary;
import io.firn.spi.tck.ColdReaderContract;
import io.firn.spi.topic.QueueRef;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ColdReaderContractTest {

    @Test
    void passesForAReaderOfAnArchiveInMemory() {
        Suites.assertKeeps(Reads.class);
    }

    @Test
    void failsForEachBrokenClause() {
        Suites.assertEachClauseIsNeeded(ColdReaderContract.class, ColdReaderContractTest.class);
    }

    static class Reads extends ColdReaderContract {

        @Override
        protected ColdReader open(List<ByteBuffer> archived, Executor io) {
            return new MemoryArchive(archived, io);
        }
    }

    /** Its reader breaks one step of {@link MemoryArchive}. */
    abstract static class Broken extends ColdReaderContract {

        @Override
        protected final Duration limit() {
            return Duration.ofMillis(500);
        }
    }

    static final class CoversExactlyWhatIsArchived extends Broken {
        @Override
        protected ColdReader open(List<ByteBuffer> archived, Executor io) {
            return new MemoryArchive(archived, io) {
                @Override
                public Coverage coverage(QueueRef queue) {
                    return new Coverage(0, Long.MAX_VALUE);
                }
            };
        }
    }

    static final class GivesTheVeryBytesInOrder extends Broken {
        @Override
        protected ColdReader open(List<ByteBuffer> archived, Executor io) {
            return new MemoryArchive(archived.reversed(), io);
        }
    }

    static final class GivesAtMostTheMessagesAskedFor extends Broken {
        @Override
        protected ColdReader open(List<ByteBuffer> archived, Executor io) {
            return new MemoryArchive(archived, io) {
                @Override
                public CompletionStage<ColdBatch> read(ColdRequest r, CancelToken token) {
                    return super.read(limited(r, 100, r.limits().maxBytes()), token);
                }
            };
        }
    }

    static final class GivesAtMostTheBytesAskedForButAlwaysOneMessage extends Broken {
        @Override
        protected ColdReader open(List<ByteBuffer> archived, Executor io) {
            return new MemoryArchive(archived, io) {
                @Override
                public CompletionStage<ColdBatch> read(ColdRequest r, CancelToken token) {
                    return super.read(limited(r, r.limits().maxMessages(), 1 << 20), token);
                }
            };
        }
    }

    static final class LeavesOutNothingThatTheFilterWants extends Broken {
        @Override
        protected ColdReader open(List<ByteBuffer> archived, Executor io) {
            return new MemoryArchive(archived, io) {
                @Override
                public CompletionStage<ColdBatch> read(ColdRequest r, CancelToken token) {
                    ColdRequest other =
                            new ColdRequest(r.queue(), r.offset(), r.limits(), FakeFilter.tag("t2"), r.reader());
                    return super.read(other, token);
                }
            };
        }
    }

    static final class AlwaysMovesOn extends Broken {
        @Override
        protected ColdReader open(List<ByteBuffer> archived, Executor io) {
            return new MemoryArchive(archived, io) {
                @Override
                public CompletionStage<ColdBatch> read(ColdRequest r, CancelToken token) {
                    return CompletableFuture.completedFuture(new ColdBatch.Skipped(r.offset()));
                }
            };
        }
    }

    static final class GivesTheSameToManyReaders extends Broken {
        @Override
        protected ColdReader open(List<ByteBuffer> archived, Executor io) {
            AtomicInteger reads = new AtomicInteger();
            return new MemoryArchive(archived, io) {
                @Override
                public CompletionStage<ColdBatch> read(ColdRequest r, CancelToken token) {
                    return reads.incrementAndGet() > 30
                            ? CompletableFuture.completedFuture(
                                    new ColdBatch.Skipped(coverage(QUEUE).max()))
                            : super.read(r, token);
                }
            };
        }
    }

    static final class ReturnsWhileItsIoStandsStill extends Broken {
        @Override
        protected ColdReader open(List<ByteBuffer> archived, Executor io) {
            return new MemoryArchive(archived, io) {
                @Override
                public CompletionStage<ColdBatch> read(ColdRequest r, CancelToken token) {
                    return CompletableFuture.completedFuture(
                            super.read(r, token).toCompletableFuture().join());
                }
            };
        }
    }

    static final class AnswersAfterItWasCancelled extends Broken {
        @Override
        protected ColdReader open(List<ByteBuffer> archived, Executor io) {
            return new MemoryArchive(archived, io) {
                @Override
                public CompletionStage<ColdBatch> read(ColdRequest r, CancelToken token) {
                    return token.isCancelled() ? new CompletableFuture<>() : super.read(r, token);
                }
            };
        }
    }

    static final class AnswersAfterItsDeadline extends Broken {
        @Override
        protected ColdReader open(List<ByteBuffer> archived, Executor io) {
            return new MemoryArchive(archived, io) {
                @Override
                public CompletionStage<ColdBatch> read(ColdRequest r, CancelToken token) {
                    return r.reader().deadline().isExpired() ? new CompletableFuture<>() : super.read(r, token);
                }
            };
        }
    }

    static final class FindsTheOffsetOfATime extends Broken {
        @Override
        protected ColdReader open(List<ByteBuffer> archived, Executor io) {
            return new MemoryArchive(archived, io) {
                @Override
                public CompletionStage<OptionalLong> offsetByTime(QueueRef queue, long ms, Boundary boundary) {
                    return super.offsetByTime(queue, ms, Boundary.LOWER);
                }
            };
        }
    }

    static final class FindsTheMessageAtAPosition extends Broken {
        @Override
        protected ColdReader open(List<ByteBuffer> archived, Executor io) {
            return new MemoryArchive(archived, io) {
                @Override
                public CompletionStage<FrameBatch> byPosition(long position, Deadline deadline) {
                    return super.byPosition(position - 1, deadline);
                }
            };
        }
    }

    static final class FindsMessagesByKeyNewestFirst extends Broken {
        @Override
        protected ColdReader open(List<ByteBuffer> archived, Executor io) {
            return new MemoryArchive(archived, io) {
                @Override
                public CompletionStage<FrameBatch> byKey(ColdKeyRequest r, CancelToken token) {
                    ColdKeyRequest one = new ColdKeyRequest(r.topic(), r.key(), r.window(), 1, r.deadline());
                    return super.byKey(one, token);
                }
            };
        }
    }

    private static ColdRequest limited(ColdRequest r, int maxMessages, int maxBytes) {
        ColdRequest.Limits limits = new ColdRequest.Limits(maxMessages, maxBytes);
        return new ColdRequest(r.queue(), r.offset(), limits, r.filter(), r.reader());
    }
}
