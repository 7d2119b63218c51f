package io.firn.testkit;

import io.firn.spi.fake.FrameBuilder;
import io.firn.spi.message.FrameView;
import io.firn.spi.topic.QueueRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes a store byte by byte, with ages, gaps and sizes that sending can not make in a test's time: the log alone, as
 * a crash leaves it; the broker builds queues and index from it. The bytes are {@link FrameBuilder}'s, not the broker's
 * own encoder's. Owner: one test.
 *
 * <pre>
 *   commitlog/00000000000000000000   frames in position order, name = position of the first byte; each file has the
 *   commitlog/00000000000001048576   segment's full length; what does not fit begins the next, after a filler:
 *                                    size int, magic int 0xCBD43194, rest zero
 *   config/topics.json               the topics of the frames
 *   abort                            so that the broker looks at every frame
 * </pre>
 */
public final class CommitLogBuilder {

    private static final int FILLER_BYTES = 8;

    private final Path store;
    private final int segmentBytes;
    private final List<Segment> segments = new ArrayList<>();
    private final Map<QueueRef, Long> offsets = new HashMap<>();
    private final Map<String, Integer> topics = new TreeMap<>();
    private Instant storedAt = Instant.now();

    /** One file: its bytes up to {@code position()}, and when the last frame was stored. */
    private static final class Segment {

        private final ByteBuffer bytes;
        private Instant changed;

        Segment(int length, Instant changed) {
            this.bytes = ByteBuffer.allocate(length);
            this.changed = changed;
        }
    }

    /** For a store that does not exist yet; {@code segmentBytes} is the broker's {@code mappedFileSizeCommitLog}. */
    CommitLogBuilder(Path store, int segmentBytes) {
        this.store = store;
        this.segmentBytes = segmentBytes;
    }

    /** What is added from now on was born and stored then; a segment is as old as its last message. */
    public CommitLogBuilder at(Instant time) {
        storedAt = time;
        return this;
    }

    /** Adds a message at the queue's end. */
    public CommitLogBuilder add(String topic, int queueId, String key, String body) {
        return add(FrameBuilder.in(new QueueRef(topic, queueId))
                .storedMs(storedAt.toEpochMilli())
                .property("KEYS", key)
                .body(body));
    }

    /** Adds a message as it is, but for its queue offset and position, which are the next ones. */
    public CommitLogBuilder add(FrameBuilder frame) {
        QueueRef queue = frame.queue();
        long offset = offsets.merge(queue, 1L, Long::sum) - 1;
        topics.merge(queue.topic(), queue.queueId() + 1, Math::max);
        int size = frame.offset(offset).position(0).build().remaining();
        if (size + FILLER_BYTES > segmentBytes) {
            throw new IllegalArgumentException(size + " bytes do not fit into a segment of " + segmentBytes);
        }
        if (segments.isEmpty() || segments.getLast().bytes.remaining() < size + FILLER_BYTES) {
            roll();
        }
        Segment last = segments.getLast();
        last.bytes.put(frame.position(position()).build());
        last.changed = storedAt;
        return this;
    }

    /** What is added next begins a segment. */
    public CommitLogBuilder roll() {
        if (!segments.isEmpty()) {
            ByteBuffer bytes = segments.getLast().bytes;
            bytes.putInt(bytes.remaining()).putInt(FrameView.MAGIC_FILLER);
            bytes.position(segmentBytes);
        }
        segments.add(new Segment(segmentBytes, storedAt));
        return this;
    }

    /** Position behind the last byte. */
    public long position() {
        return segments.isEmpty()
                ? 0
                : (segments.size() - 1L) * segmentBytes
                        + segments.getLast().bytes.position();
    }

    /** Writes what was added; nothing when that is nothing. */
    void write() {
        if (segments.isEmpty()) {
            return;
        }
        try {
            Path log = Files.createDirectories(store.resolve("commitlog"));
            for (int i = 0; i < segments.size(); i++) {
                writeSegment(log.resolve(String.format("%020d", (long) i * segmentBytes)), segments.get(i));
            }
            Files.writeString(Files.createDirectories(store.resolve("config")).resolve("topics.json"), topicsJson());
            Files.writeString(store.resolve("abort"), "0");
        } catch (IOException e) {
            throw new UncheckedIOException("can not write a store in " + store + ": " + e.getMessage(), e);
        }
    }

    private void writeSegment(Path file, Segment segment) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer used = segment.bytes.duplicate().flip();
            while (used.hasRemaining()) {
                channel.write(used);
            }
            if (segment.bytes.position() < segmentBytes) {
                channel.write(ByteBuffer.allocate(1), segmentBytes - 1L);
            }
        }
        Files.setLastModifiedTime(file, FileTime.from(segment.changed));
    }

    private String topicsJson() {
        return topics.entrySet().stream()
                .map(topic -> """
                        "%1$s":{"topicName":"%1$s","readQueueNums":%2$d,"writeQueueNums":%2$d,"perm":6,\
                        "topicFilterType":"SINGLE_TAG","topicSysFlag":0,"order":false,"attributes":{}}""".formatted(topic.getKey(), topic.getValue()))
                .collect(Collectors.joining(",", "{\"topicConfigTable\":{", "}}"));
    }
}
