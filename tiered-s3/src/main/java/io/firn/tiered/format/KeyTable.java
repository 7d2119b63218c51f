package io.firn.tiered.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Hashes of message keys and the frames that hold them: each entry is {@code hash << 31 | frame}, sorted, 8 bytes of
 * memory. The hash is {@link #hash}: of {@code topic#key}. A block of KEYS holds up to 8192 entries as two varints each:
 * difference of hash, frame. KEY_FENCES: count, then per block varint entries, first hash, length, fixed CRC.
 */
final class KeyTable {
    static final int BLOCK_ENTRIES = 8192;
    private static final byte[] KEYS = "KEYS".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UNIQUE_KEY = "UNIQ_KEY".getBytes(StandardCharsets.US_ASCII);

    private long[] entries = new long[1024];
    private int count;

    /** {@link String#hashCode} of topic, '#' and key, as an unsigned int. */
    static int hash(String topic, String key) {
        return (topic + '#' + key).hashCode();
    }

    /** Adds the keys of one record; {@code topicSeed} is the hash of {@code topic#}. */
    void addKeys(ByteBuffer log, int at, int topicSeed, int frame) {
        int end = RecordFields.propertiesAt(log, at) + RecordFields.propertiesBytes(log, at);
        int unique = RecordFields.propertyAt(log, at, UNIQUE_KEY);
        if (unique >= 0) {
            add(RecordFields.hash(topicSeed, log, unique, RecordFields.valueEnd(log, unique, end)), frame);
        }
        int keys = RecordFields.propertyAt(log, at, KEYS);
        if (keys >= 0) {
            addWords(log, keys, RecordFields.valueEnd(log, keys, end), topicSeed, frame);
        }
    }

    private void addWords(ByteBuffer log, int from, int end, int topicSeed, int frame) {
        int word = from;
        for (int p = from; p <= end; p++) {
            if (p == end || log.get(p) == ' ') {
                if (p > word) {
                    add(RecordFields.hash(topicSeed, log, word, p), frame);
                }
                word = p + 1;
            }
        }
    }

    private void add(int hash, int frame) {
        if (count == entries.length) {
            entries = Arrays.copyOf(entries, count * 2);
        }
        entries[count++] = (hash & 0xFFFFFFFFL) << 31 | frame;
    }

    /** Writes the blocks to {@code blocks} and their fences to {@code fences}. */
    void encode(VarintWriter fences, Consumer<byte[]> blocks) {
        Arrays.sort(entries, 0, count);
        fences.unsigned((count + BLOCK_ENTRIES - 1) / BLOCK_ENTRIES);
        VarintWriter block = new VarintWriter();
        for (int from = 0; from < count; from += BLOCK_ENTRIES) {
            int n = Math.min(BLOCK_ENTRIES, count - from);
            block.clear();
            long before = entries[from] >>> 31;
            fences.unsigned(n);
            fences.unsigned(before);
            for (int i = from; i < from + n; i++) {
                block.unsigned((entries[i] >>> 31) - before);
                block.unsigned(entries[i] & Integer.MAX_VALUE);
                before = entries[i] >>> 31;
            }
            byte[] bytes = block.toBytes();
            fences.unsigned(bytes.length);
            fences.fixedInt(crc(bytes));
            blocks.accept(bytes);
        }
    }

    static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
