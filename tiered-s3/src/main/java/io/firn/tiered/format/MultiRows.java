package io.firn.tiered.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rows of queues that a message belongs to besides its own (light queues, by the properties INNER_MULTI_DISPATCH and
 * INNER_MULTI_QUEUE_OFFSET). Section MULTI: count; per queue: name, rows; per row: offset as difference, frame, index.
 */
final class MultiRows {
    private static final byte[] QUEUES = "INNER_MULTI_DISPATCH".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OFFSETS = "INNER_MULTI_QUEUE_OFFSET".getBytes(StandardCharsets.US_ASCII);

    private final Map<String, List<Row>> rows = new TreeMap<>();

    /** A place in such a queue, and the message there: its frame and its index in the frame. */
    record Row(long offset, int frame, int index) {}

    /** Adds what the record says; a record whose two lists do not match is left out, as dispatching does. */
    void add(ByteBuffer log, int at, int frame, int index) {
        int queuesAt = RecordFields.propertyAt(log, at, QUEUES);
        int offsetsAt = queuesAt < 0 ? -1 : RecordFields.propertyAt(log, at, OFFSETS);
        if (offsetsAt < 0) {
            return;
        }
        int end = RecordFields.propertiesAt(log, at) + RecordFields.propertiesBytes(log, at);
        List<String> names = words(log, queuesAt, end);
        List<String> offsets = words(log, offsetsAt, end);
        if (names.size() != offsets.size() || !offsets.stream().allMatch(o -> o.matches("\\d{1,18}"))) {
            return;
        }
        for (int i = 0; i < names.size(); i++) {
            rows.computeIfAbsent(names.get(i), name -> new ArrayList<>())
                    .add(new Row(Long.parseLong(offsets.get(i)), frame, index));
        }
    }

    private static List<String> words(ByteBuffer log, int from, int end) {
        return List.of(RecordFields.text(log, from, RecordFields.valueEnd(log, from, end))
                .split(",", -1));
    }

    void encode(VarintWriter out) {
        out.unsigned(rows.size());
        rows.forEach((name, list) -> {
            out.text(name);
            out.unsigned(list.size());
            long before = 0;
            for (Row row : list) {
                out.signed(row.offset - before);
                out.unsigned(row.frame);
                out.unsigned(row.index);
                before = row.offset;
            }
        });
    }

    static Map<String, List<Row>> decode(VarintReader in, FrameTable frames) {
        Map<String, List<Row>> result = new TreeMap<>();
        int queues = in.unsigned(in.remaining());
        for (int q = 0; q < queues; q++) {
            String name = in.text();
            int n = in.unsigned(in.remaining());
            List<Row> list = new ArrayList<>(n);
            long offset = 0;
            for (int i = 0; i < n; i++) {
                offset += in.signed();
                int frame = in.unsigned(frames.count() - 1);
                list.add(new Row(offset, frame, in.unsigned(frames.messages(frame) - 1)));
            }
            result.put(name, list);
        }
        return result;
    }
}
