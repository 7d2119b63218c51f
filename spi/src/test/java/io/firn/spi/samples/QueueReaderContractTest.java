package io.firn.spi.samples;

import io.firn.spi.fake.FakeFilter;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import io.firn.spi.read.Boundary;
import io.firn.spi.tck.QueueReaderContract;
import io.firn.spi.topic.QueueRef;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class QueueReaderContractTest {

    @Test
    void passesForAReaderOfTheLatestPerKey() {
        Suites.assertKeeps(ReadsLatest.class);
    }

    @Test
    void passesForTheBaseItself() {
        Suites.assertKeeps(ReadsAll.class);
    }

    @Test
    void failsForEachBrokenClause() {
        Suites.assertEachClauseIsNeeded(QueueReaderContract.class, QueueReaderContractTest.class);
    }

    static final class ReadsLatest extends QueueReaderContract {
        @Override
        protected QueueReader open(QueueRef queue, QueueReader base) {
            return new LatestPerKey(base);
        }
    }

    static final class ReadsAll extends QueueReaderContract {
        @Override
        protected QueueReader open(QueueRef queue, QueueReader base) {
            return base;
        }
    }

    /** Its reader breaks one step of {@link LatestPerKey}. */
    abstract static class Broken extends QueueReaderContract {

        @Override
        protected QueueReader open(QueueRef queue, QueueReader base) {
            return new LatestPerKey(base) {
                @Override
                public ReadResult read(ReadRequest request) {
                    return answer(request, super.read(asked(request)));
                }
            };
        }

        ReadRequest asked(ReadRequest request) {
            return request;
        }

        ReadResult answer(ReadRequest request, ReadResult result) {
            return result;
        }

        @Override
        protected final Duration limit() {
            return Duration.ofSeconds(5);
        }
    }

    private static ReadResult changed(ReadResult result, UnaryOperator<List<ByteBuffer>> change) {
        if (result instanceof ReadResult.Found found) {
            List<ByteBuffer> frames =
                    change.apply(new ArrayList<>(found.frames().buffers()));
            return new ReadResult.Found(FrameBatch.ofCopies(frames, frames.size()), found.nextOffset());
        }
        return result;
    }

    static final class ComesToTheEndFromTheFirstOffset extends Broken {
        @Override
        ReadResult answer(ReadRequest request, ReadResult result) {
            return new ReadResult.Skipped(request.offset());
        }
    }

    static final class ComesToTheEndFromEveryOffset extends Broken {
        @Override
        ReadResult answer(ReadRequest request, ReadResult result) {
            return result instanceof ReadResult.Found && request.offset() % 2 == 1
                    ? new ReadResult.OutOfRange(request.offset() + 1)
                    : result;
        }
    }

    static final class NeverMovesOrChangesAMessage extends Broken {
        @Override
        ReadResult answer(ReadRequest request, ReadResult result) {
            return changed(result, frames -> {
                ByteBuffer copy = ByteBuffer.allocate(frames.getFirst().remaining());
                copy.put(frames.getFirst().duplicate()).flip();
                copy.putLong(28, 4711);
                frames.set(0, copy);
                return frames;
            });
        }
    }

    static final class GivesOffsetsThatRise extends Broken {
        @Override
        ReadResult answer(ReadRequest request, ReadResult result) {
            return changed(result, frames -> {
                frames.add(frames.getFirst());
                return frames;
            });
        }
    }

    static final class SaysAtTheEndThatItIsTheEnd extends Broken {
        @Override
        ReadResult answer(ReadRequest request, ReadResult result) {
            return result instanceof ReadResult.AtEnd end ? new ReadResult.Skipped(end.offset()) : result;
        }
    }

    static final class SendsAReaderBeyondTheEndBackToIt extends Broken {
        @Override
        ReadResult answer(ReadRequest request, ReadResult result) {
            return result instanceof ReadResult.OutOfRange ? new ReadResult.OutOfRange(0) : result;
        }
    }

    static final class GivesExactlyWhatTheFilterWants extends Broken {
        @Override
        ReadRequest asked(ReadRequest r) {
            return new ReadRequest(r.offset(), r.maxMessages(), r.maxBytes(), FakeFilter.all(), r.fields());
        }
    }

    static final class GivesAtMostTheMessagesAskedFor extends Broken {
        @Override
        ReadRequest asked(ReadRequest r) {
            return new ReadRequest(r.offset(), r.maxMessages() + 1, r.maxBytes(), r.filter(), r.fields());
        }
    }

    static final class GivesAtMostTheBytesAskedForButAlwaysOneMessage extends Broken {
        @Override
        ReadRequest asked(ReadRequest r) {
            return new ReadRequest(r.offset(), r.maxMessages(), 1 << 20, r.filter(), r.fields());
        }
    }

    static final class GivesTheSameToManyReaders extends Broken {
        private final AtomicInteger reads = new AtomicInteger();

        @Override
        ReadResult answer(ReadRequest request, ReadResult result) {
            return reads.incrementAndGet() > 10 ? new ReadResult.Skipped(request.offset() + 1) : result;
        }
    }

    static final class KeepsTheEnd extends QueueReaderContract {
        @Override
        protected QueueReader open(QueueRef queue, QueueReader base) {
            return new LatestPerKey(base) {
                @Override
                public long maxOffset() {
                    return super.maxOffset() - 1;
                }
            };
        }
    }

    static final class BeginsAtItsFirstMessage extends QueueReaderContract {
        @Override
        protected QueueReader open(QueueRef queue, QueueReader base) {
            return new LatestPerKey(base) {
                @Override
                public long minOffset() {
                    return 0;
                }
            };
        }
    }

    static final class FindsOffsetsByTimeAmongItsMessages extends QueueReaderContract {
        @Override
        protected QueueReader open(QueueRef queue, QueueReader base) {
            return new LatestPerKey(base) {
                @Override
                public OptionalLong offsetByTime(long timestampMs, Boundary boundary) {
                    return OptionalLong.empty();
                }
            };
        }
    }

    static final class CountsNoMoreThanThereIsRoomFor extends QueueReaderContract {
        @Override
        protected QueueReader open(QueueRef queue, QueueReader base) {
            return new LatestPerKey(base) {
                @Override
                public long estimateCount(long from, long to) {
                    return to - from + 1;
                }
            };
        }
    }

    static final class SharesOutNoOffsetThatIsInUse extends QueueReaderContract {
        @Override
        protected QueueReader open(QueueRef queue, QueueReader base) {
            return new LatestPerKey(base) {
                @Override
                public long nextOffsetFloor() {
                    return Long.MAX_VALUE;
                }
            };
        }
    }
}
