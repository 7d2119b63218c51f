package io.firn.tiered.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Gathers the messages of each queue into frames and packs them. A frame ends at the size limit, at a gap in the queue
 * offsets and with its queue. Rows of a frame: per message varint size and varint index into the tags of the block; the
 * tags come first (count, then fixed ints). Owned by the writer's thread; holds native memory until closed.
 */
final class FrameWriter implements AutoCloseable {
    private static final byte[] TAGS = "TAGS".getBytes(StandardCharsets.US_ASCII);
    private static final int PROBE_BYTES = 64 << 10;

    private final SliceScan scan;
    private final RpkOptions options;
    private final ByteSink sink;
    private final ZstdCompressCtx zstd;
    private final FrameTable.Builder table = new FrameTable.Builder();
    private final FrameStats stats = new FrameStats();
    private final KeyTable keys = new KeyTable();
    private final MultiRows multi = new MultiRows();
    private final FrameRows frameRows = new FrameRows();
    private final VarintWriter rows = new VarintWriter();
    private final CRC32C crc = new CRC32C();
    private ByteBuffer raw;
    private ByteBuffer packed;

    FrameWriter(SliceScan scan, RpkOptions options, ByteSink sink) {
        this.scan = scan;
        this.options = options;
        this.sink = sink;
        this.zstd = new ZstdCompressCtx().setLevel(Math.max(1, options.zstdLevel()));
        this.raw = ByteBuffer.allocateDirect(options.frameBytes());
        this.packed = ByteBuffer.allocateDirect((int) Zstd.compressBound(options.frameBytes()));
    }

    @Override
    public void close() {
        zstd.close();
    }

    VarintWriter rows() {
        return rows;
    }

    VarintWriter multi() {
        VarintWriter out = new VarintWriter();
        multi.encode(out);
        return out;
    }

    KeyTable keys() {
        return keys;
    }

    FrameTable table() {
        return table.build();
    }

    /** Writes the frames of these queues; returns their runs. */
    List<QueueRun> write(int[] order) {
        int[] starts = new int[scan.table().queues().size() + 1];
        int[] grouped = scan.grouped(starts);
        List<QueueRun> runs = new ArrayList<>(order.length);
        for (int queue : order) {
            QueueTable.Queue q = scan.table().queues().get(queue);
            int firstFrame = table.count();
            long bytes = writeQueue(grouped, starts[queue], starts[queue + 1], (q.topic() + '#').hashCode());
            long first = RecordFields.queueOffset(scan.log(), scan.position(grouped[starts[queue]]));
            int messages = starts[queue + 1] - starts[queue];
            int frames = table.count() - firstFrame;
            runs.add(new QueueRun(q.topic(), q.queueId(), q.kind(), first, messages, firstFrame, frames, bytes));
        }
        return runs;
    }

    private long writeQueue(int[] grouped, int from, int end, int topicSeed) {
        ByteBuffer log = scan.log();
        long bytes = 0;
        for (int i = from; i < end; i++) {
            int at = scan.position(grouped[i]);
            int size = RecordFields.size(log, at);
            long offset = RecordFields.queueOffset(log, at);
            boolean fits = stats.rawBytes + size <= options.frameBytes();
            if (stats.messages > 0 && (!fits || offset != stats.firstOffset + stats.messages)) {
                closeFrame();
            }
            int tag = tagHash(log, at);
            keys.addKeys(log, at, topicSeed, table.count());
            multi.add(log, at, table.count(), stats.messages);
            frameRows.add(size, tag);
            gather(log, at, size);
            stats.add(size, offset, RecordFields.storeTimeMs(log, at), tag);
            bytes += size;
        }
        closeFrame();
        return bytes;
    }

    private static int tagHash(ByteBuffer log, int at) {
        int tags = RecordFields.propertyAt(log, at, TAGS);
        int end = RecordFields.propertiesAt(log, at) + RecordFields.propertiesBytes(log, at);
        return tags < 0 ? 0 : RecordFields.hash(0, log, tags, RecordFields.valueEnd(log, tags, end));
    }

    private void gather(ByteBuffer log, int at, int size) {
        if (raw.remaining() < size) {
            ByteBuffer larger = ByteBuffer.allocateDirect(raw.position() + size);
            raw = larger.put(raw.flip());
            packed = ByteBuffer.allocateDirect((int) Zstd.compressBound(raw.capacity()));
        }
        raw.put(raw.position(), log, at, size).position(raw.position() + size);
    }

    private void closeFrame() {
        if (stats.messages == 0) {
            return;
        }
        raw.flip();
        ByteBuffer stored = isWorthPacking() ? packed : raw;
        crc.reset();
        crc.update(stored.duplicate());
        byte codec = stored == raw ? RpkLayout.CODEC_RAW : RpkLayout.CODEC_ZSTD;
        table.add(stats, stored.remaining(), (int) crc.getValue(), codec);
        int rowsFrom = rows.length();
        byte[] block = frameRows.encode();
        rows.raw(block);
        table.rows(rows.length() - rowsFrom, KeyTable.crc(block));
        sink.write(stored);
        raw.clear();
        stats.reset();
        frameRows.clear();
    }

    /** Packs the frame; first only its beginning, because bodies that are packed already gain nothing. */
    private boolean isWorthPacking() {
        if (options.zstdLevel() == 0) {
            return false;
        }
        int length = raw.limit();
        return (length <= 2 * PROBE_BYTES || gains(PROBE_BYTES)) && gains(length);
    }

    private boolean gains(int length) {
        packed.clear();
        int n = zstd.compressDirectByteBuffer(packed, 0, packed.capacity(), raw, 0, length);
        packed.limit(n);
        return n <= length - length / 20;
    }
}
