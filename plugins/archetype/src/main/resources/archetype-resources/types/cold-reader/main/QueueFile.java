package ${package};

import io.firn.spi.cold.ColdBatch;
import io.firn.spi.cold.ColdRequest;
import io.firn.spi.cold.Coverage;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameStatus;
import io.firn.spi.message.FrameView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The messages of one queue, one after the other as the log has them, without gaps: the first one's offset, and for
 * each where it begins, are kept in memory. Guarded by its monitor.
 */
final class QueueFile implements AutoCloseable {

    private final FileChannel channel;
    private final List<ByteBuffer> unwritten = new ArrayList<>();
    /** Where frames begin in the file, and after the last one where the next will. */
    private final List<Long> places = new ArrayList<>(List.of(0L));

    private long firstOffset;
    private volatile Coverage coverage = Coverage.NONE;

    private QueueFile(FileChannel channel) {
        this.channel = channel;
    }

    /** What is there, without a frame that a crash has torn. */
    static QueueFile open(Path file) throws IOException {
        QueueFile queue = new QueueFile(FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        queue.scan(ByteBuffer.wrap(Files.readAllBytes(file)), Long.MAX_VALUE);
        return queue;
    }

    private void scan(ByteBuffer bytes, long positionLimit) throws IOException {
        places.subList(1, places.size()).clear();
        FrameView frame = new FrameView();
        int at = 0;
        while (at < bytes.limit()
                && frame.wrap(bytes, at).inspect() == FrameStatus.OK
                && frame.position() < positionLimit) {
            firstOffset = at == 0 ? frame.queueOffset() : firstOffset;
            at += frame.totalSize();
            places.add((long) at);
        }
        channel.truncate(at);
        publish();
    }

    private void publish() {
        int frames = places.size() - 1 - unwritten.size();
        coverage = frames == 0 ? Coverage.NONE : new Coverage(firstOffset, firstOffset + frames);
    }

    /** What can be read. */
    Coverage coverage() {
        return coverage;
    }

    /** Takes a message; one that is there already is no news. */
    synchronized void add(FrameView frame) throws IOException {
        long next = firstOffset + places.size() - 1;
        if (places.size() == 1) {
            firstOffset = frame.queueOffset();
        } else if (frame.queueOffset() < next) {
            return;
        } else if (frame.queueOffset() > next) {
            throw new IOException("offset " + frame.queueOffset() + " does not follow on " + (next - 1));
        }
        // the frame's own bytes are the log's, and only lent
        ByteBuffer bytes = ByteBuffer.allocate(frame.totalSize()).put(frame.bytes()).flip();
        unwritten.add(bytes);
        places.add(places.getLast() + bytes.remaining());
    }

    /** Brings what was taken to disk; from then on it can be read. */
    synchronized void write() throws IOException {
        if (unwritten.isEmpty()) {
            return;
        }
        long at = places.get(places.size() - 1 - unwritten.size());
        for (ByteBuffer frame : unwritten) {
            ByteBuffer bytes = frame.duplicate();
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        }
        channel.force(false);
        unwritten.clear();
        publish();
    }

    /** Forgets messages from a position of the log on. */
    synchronized void keepBelow(long position) throws IOException {
        unwritten.clear();
        ByteBuffer all = ByteBuffer.allocate((int) channel.size());
        while (all.hasRemaining() && channel.read(all, all.position()) >= 0) {
            Thread.onSpinWait();
        }
        scan(all.flip(), position);
    }

    /** At least one message, and no more than the limits say. */
    synchronized ColdBatch read(long offset, ColdRequest.Limits limits) {
        int first = (int) (offset - firstOffset);
        int behind = first + 1;
        int end = (int) (coverage.max() - firstOffset);
        while (behind < end
                && behind - first < limits.maxMessages()
                && places.get(behind + 1) - places.get(first) <= limits.maxBytes()) {
            behind++;
        }
        try {
            ByteBuffer bytes = ByteBuffer.allocate((int) (places.get(behind) - places.get(first)));
            while (bytes.hasRemaining() && channel.read(bytes, places.get(first) + bytes.position()) >= 0) {
                Thread.onSpinWait();
            }
            return new ColdBatch.Found(FrameBatch.ofCopies(List.of(bytes.flip()), behind - first), firstOffset + behind);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
