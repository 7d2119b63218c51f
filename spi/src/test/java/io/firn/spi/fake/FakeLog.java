package io.firn.spi.fake;

import io.firn.spi.message.FrameStatus;
import io.firn.spi.message.FrameView;
import io.firn.spi.read.Boundary;
import io.firn.spi.read.BrokerReader;
import io.firn.spi.read.DamagedStoreException;
import io.firn.spi.read.FrameCursor;
import io.firn.spi.read.LogPositions;
import io.firn.spi.read.MessageLease;
import io.firn.spi.read.QueueEntryCursor;
import io.firn.spi.read.SegmentLease;
import io.firn.spi.read.SegmentRef;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.TopicSelector;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A log in memory with its queues, in segments of a fixed size; real frames, real fillers. What is appended is confirmed at
 * once. Counts what is open, so that a test sees leaks. Any thread; one lock.
 */
public final class FakeLog implements BrokerReader {

    private static final int FILLER_BYTES = 8;

    private final int segmentBytes;
    private final List<ByteBuffer> segments = new ArrayList<>();
    private final List<Long> positions = new ArrayList<>();
    private final Map<QueueRef, List<Long>> queues = new HashMap<>();
    private final OpenCount open = new OpenCount();
    private long begin;
    private long end;

    /** An empty log. */
    public FakeLog(int segmentBytes) {
        this.segmentBytes = segmentBytes;
    }

    /** Puts the message at the log's end and at its queue's end; tells the position. */
    public synchronized long append(FrameBuilder message) {
        List<Long> queue = queues.computeIfAbsent(message.queue(), q -> new ArrayList<>());
        ByteBuffer frame = message.offset(queue.size()).position(end).build();
        if (frame.remaining() + FILLER_BYTES > segmentBytes) {
            throw new IllegalArgumentException("a message of " + frame.remaining() + " in segments of " + segmentBytes);
        }
        int room = segmentBytes - (int) (end % segmentBytes);
        if (frame.remaining() + FILLER_BYTES > room) {
            segmentOf(end).putInt(segmentBytes - room, room).putInt(segmentBytes - room + 4, FrameView.MAGIC_FILLER);
            end += room;
            frame = message.position(end).build();
        }
        segmentOf(end).put((int) (end % segmentBytes), frame, 0, frame.remaining());
        long position = end;
        positions.add(position);
        queue.add(position);
        end += frame.remaining();
        return position;
    }

    /** Cuts the log: what begins at or above {@code position} never happened. */
    public synchronized void truncate(long position) {
        positions.removeIf(p -> p >= position);
        queues.values().forEach(queue -> queue.removeIf(p -> p >= position));
        end = position;
    }

    /** Begins the log, which is still empty, at a segment's first position: what a broker on an empty disk does. */
    public synchronized void beginAt(long position) {
        if (end != 0 || position % segmentBytes != 0) {
            throw new IllegalArgumentException("not an empty log, or not the begin of a segment: " + position);
        }
        begin = position;
        end = position;
    }

    /** Deletes the segments before this position without asking anybody: what a lost disk does. */
    public synchronized void lose(long position) {
        begin = Math.min(position - position % segmentBytes, end - end % segmentBytes);
        positions.removeIf(p -> p < begin);
    }

    /** The message at this position is no message any more: what a bad sector does. Not the last one of its segment. */
    public synchronized void damage(long position) {
        segmentOf(position).putInt((int) (position % segmentBytes) + 4, 0);
    }

    /** The positions of all messages, rising. */
    public synchronized List<Long> messages() {
        return List.copyOf(positions);
    }

    /** The batch [from, to), which must lie within one segment, with the messages of these topics. */
    public FakeBatch batch(long from, long to, TopicSelector topics, FakeTopics known) {
        Predicate<FrameView> chosen =
                frame -> known.get(frame.topic()).map(topics::test).orElse(false);
        return new FakeBatch(this, from, to, chosen);
    }

    /** Leases and cursors that were not closed. */
    public int open() {
        return open.get();
    }

    @Override
    public @Nullable MessageLease byPosition(long position) {
        return messages().contains(position) ? new FakeMessageLease(view(position), open) : null;
    }

    @Override
    public @Nullable MessageLease byOffset(QueueRef queue, long offset) {
        List<Long> found = positionsOf(queue);
        return offset < 0 || offset >= found.size() ? null : byPosition(found.get((int) offset));
    }

    @Override
    public FrameCursor scan(QueueRef queue, long from, long to) {
        return new FakeCursor(this, within(positionsOf(queue), from, to), open);
    }

    @Override
    public QueueEntryCursor scanEntries(QueueRef queue, long from, long to) {
        return new FakeEntryCursor(this, within(positionsOf(queue), from, to), open);
    }

    @Override
    public FrameCursor scanLog(long from, long to) {
        boolean begins = from % segmentBytes == 0 || from == end || messages().contains(from);
        if (!begins) {
            throw new DamagedStoreException("no message begins at " + from, from);
        }
        return scanLog(from, to, frame -> true);
    }

    FrameCursor scanLog(long from, long to, Predicate<FrameView> chosen) {
        List<Long> found = messages().stream()
                .filter(p -> p >= from && p < to && chosen.test(view(p)))
                .toList();
        return new FakeCursor(this, found, open);
    }

    @Override
    public synchronized List<SegmentRef> segments() {
        List<SegmentRef> refs = new ArrayList<>();
        for (int i = (int) (begin / segmentBytes); i < segments.size(); i++) {
            long from = (long) i * segmentBytes;
            boolean sealed = from + segmentBytes <= end;
            long to = sealed ? from + segmentBytes : end;
            SegmentRef.State state = sealed ? SegmentRef.State.SEALED : SegmentRef.State.ACTIVE;
            long last = positions.stream().filter(p -> p >= from && p < to).reduce(-1L, Math::max);
            refs.add(new SegmentRef(
                    file(from), from, to, state, last < 0 ? 0 : view(last).storeTimestampMs()));
        }
        return refs;
    }

    @Override
    public @Nullable SegmentLease lease(long position) {
        return segments().stream()
                .filter(s -> s.from() <= position && position < s.to())
                .findFirst()
                .map(s -> lease(s.from(), s.to()))
                .orElse(null);
    }

    synchronized SegmentLease lease(long from, long to) {
        long base = from - from % segmentBytes;
        ByteBuffer bytes = segmentOf(from).slice((int) (from - base), (int) (to - from));
        return new FakeSegmentLease(file(base), base, from, bytes.asReadOnlyBuffer(), open);
    }

    @Override
    public synchronized LogPositions positions() {
        return new LogPositions(begin, end, end, end, end);
    }

    @Override
    public synchronized List<QueueRef> queues(String topic) {
        return queues.keySet().stream()
                .filter(queue -> queue.topic().equals(topic))
                .sorted((a, b) -> Integer.compare(a.queueId(), b.queueId()))
                .toList();
    }

    @Override
    public long minOffset(QueueRef queue) {
        return 0;
    }

    @Override
    public long maxOffset(QueueRef queue) {
        return positionsOf(queue).size();
    }

    @Override
    public OptionalLong offsetByTime(QueueRef queue, long timestampMs, Boundary boundary) {
        List<Long> found = positionsOf(queue);
        if (found.isEmpty()) {
            return OptionalLong.empty();
        }
        long before = found.stream()
                .filter(p -> view(p).storeTimestampMs() < timestampMs)
                .count();
        long upTo = found.stream()
                .filter(p -> view(p).storeTimestampMs() <= timestampMs)
                .count();
        return OptionalLong.of(boundary == Boundary.LOWER ? before : Math.max(0, upTo - 1));
    }

    synchronized FrameView view(long position) {
        FrameView view = new FrameView().wrap(segmentOf(position).asReadOnlyBuffer(), (int) (position % segmentBytes));
        if (view.inspect() != FrameStatus.OK) {
            throw new DamagedStoreException("not a message at " + position + ": " + view.inspect(), position);
        }
        return view;
    }

    private synchronized List<Long> positionsOf(QueueRef queue) {
        return List.copyOf(queues.getOrDefault(queue, List.of()));
    }

    private static List<Long> within(List<Long> list, long from, long to) {
        int first = Math.clamp(from, 0, list.size());
        return list.subList(first, Math.clamp(to, first, list.size()));
    }

    private ByteBuffer segmentOf(long position) {
        int index = (int) (position / segmentBytes);
        while (segments.size() <= index) {
            segments.add(ByteBuffer.allocate(segmentBytes));
        }
        return segments.get(index);
    }

    private static Path file(long base) {
        return Path.of("commitlog", String.format(Locale.ROOT, "%020d", base));
    }
}
