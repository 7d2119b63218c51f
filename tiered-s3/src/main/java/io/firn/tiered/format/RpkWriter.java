package io.firn.tiered.format;

import com.github.luben.zstd.Zstd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Writes one object ({@link RpkLayout}) to a sink, in one pass, from a slice of the commit log. Memory: 12 bytes per
 * message, 8 per key, 2 bytes per message of rows, two frames; none of the slice itself is kept. One thread.
 */
public final class RpkWriter {
    private static final int FLAG_PARTIAL = 1;

    private final SliceRange slice;
    private final RpkOptions options;
    private final ByteSink sink;
    private final CRC32C sectionCrc = new CRC32C();
    private final List<RpkFooter.Extent> extents = new ArrayList<>();
    private long written;

    private RpkWriter(SliceRange slice, RpkOptions options, ByteSink sink) {
        this.slice = slice;
        this.options = options;
        this.sink = sink;
    }

    /**
     * Writes the object.
     *
     * @return what it holds
     * @throws FormatException the slice is no run of records; then part of the object may be in the sink
     */
    public static RpkSummary write(SliceRange slice, RpkOptions options, ByteSink sink) {
        return new RpkWriter(slice, options, sink).write();
    }

    private RpkSummary write() {
        SliceScan scan = SliceScan.of(slice.bytes(), slice.base(), slice.topics());
        emit(new RpkHeader(slice.uuid(), slice.base(), slice.end(), slice.retentionClass()).encode());
        int[] order = scan.table().sortedOrdinals();
        try (FrameWriter frames = new FrameWriter(scan, options, this::emit)) {
            List<QueueRun> runs = frames.write(order);
            blockSection(frames.rows());
            section(frames.multi());
            VarintWriter fences = new VarintWriter();
            VarintWriter keys = new VarintWriter();
            frames.keys().encode(fences, keys::raw);
            blockSection(keys);
            section(fences);
            section(Permutation.encode(scan, order));
            sections(scan, runs, frames.table());
            RpkFooter footer = footer(scan, runs, frames.table());
            emit(footer.encode());
            return new RpkSummary(footer);
        }
    }

    private void sections(SliceScan scan, List<QueueRun> runs, FrameTable table) {
        VarintWriter tail = new VarintWriter();
        byte[] bytes = new byte[scan.tail().remaining()];
        scan.tail().get(bytes);
        tail.raw(bytes);
        section(tail);
        section(blockCrcs(scan.log()));
        VarintWriter meta = new VarintWriter();
        meta.text(text(slice.meta()));
        section(meta);
        String[] topics = runs.stream().map(QueueRun::topic).distinct().toArray(String[]::new);
        VarintWriter names = new VarintWriter();
        names.unsigned(topics.length);
        Arrays.stream(topics).forEach(names::text);
        section(names);
        section(QueueRuns.encode(runs, List.of(topics)));
        VarintWriter columns = new VarintWriter();
        table.encode(columns);
        section(columns);
    }

    private static String text(Map<String, String> meta) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(meta)
                .forEach((name, value) ->
                        text.append(name).append('=').append(value).append('\n'));
        return text.toString();
    }

    private RpkFooter footer(SliceScan scan, List<QueueRun> runs, FrameTable table) {
        long raw = 0;
        int messages = 0;
        long min = table.count() == 0 ? 0 : Long.MAX_VALUE;
        long max = 0;
        for (int f = 0; f < table.count(); f++) {
            raw += table.rawBytes(f);
            messages += table.messages(f);
            min = Math.min(min, table.minMs(f));
            max = Math.max(max, table.maxMs(f));
        }
        RpkFooter.Counts counts =
                new RpkFooter.Counts(messages, table.count(), runs.size(), messages == scan.count() ? 0 : FLAG_PARTIAL);
        long length = written + RpkLayout.FOOTER_BYTES;
        RpkFooter.Span times = new RpkFooter.Span(min, max);
        return new RpkFooter(slice.uuid(), slice.base(), slice.end(), raw, length, times, counts, extents);
    }

    private static VarintWriter blockCrcs(ByteBuffer log) {
        VarintWriter out = new VarintWriter();
        CRC32C crc = new CRC32C();
        for (int at = 0; at < log.limit(); at += RpkLayout.BLOCK_BYTES) {
            crc.reset();
            crc.update(log.slice(at, Math.min(RpkLayout.BLOCK_BYTES, log.limit() - at)));
            out.fixedInt((int) crc.getValue());
        }
        return out;
    }

    /** A section whose blocks carry their own CRCs. */
    private void blockSection(VarintWriter blocks) {
        extents.add(new RpkFooter.Extent(written, blocks.length(), 0));
        emit(ByteBuffer.wrap(blocks.toBytes()));
    }

    private void section(VarintWriter content) {
        byte[] raw = content.toBytes();
        byte[] packed = options.zstdLevel() == 0 ? raw : Zstd.compress(raw, options.zstdLevel());
        boolean gains = packed.length < raw.length;
        VarintWriter head = new VarintWriter();
        head.raw(new byte[] {gains ? RpkLayout.CODEC_ZSTD : RpkLayout.CODEC_RAW});
        head.unsigned(raw.length);
        head.raw(gains ? packed : raw);
        byte[] bytes = head.toBytes();
        sectionCrc.reset();
        sectionCrc.update(bytes);
        extents.add(new RpkFooter.Extent(written, bytes.length, (int) sectionCrc.getValue()));
        emit(ByteBuffer.wrap(bytes));
    }

    private void emit(ByteBuffer bytes) {
        written += bytes.remaining();
        sink.write(bytes.order(ByteOrder.BIG_ENDIAN));
    }
}
