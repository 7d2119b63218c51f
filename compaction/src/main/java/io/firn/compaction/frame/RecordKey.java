package io.firn.compaction.frame;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What compaction makes of a record's properties: its key, whether it is a tombstone, the hash of its tags. The key is the
 * whole raw value of the key property, UTF-8, compared byte by byte: {@code "a b"} in {@code KEYS} is one key. A value of
 * white space only is no key, as on the send path of RocketMQ. A flyweight of one thread.
 */
public final class RecordKey {

    /** The property that marks a tombstone; its value must be {@code true}. */
    public static final String TOMBSTONE = "COMPACTION_TOMBSTONE";
    /**
     * The property of a write that only counts when the key's latest record is at this queue offset or before; -1: when it has
     * none.
     */
    public static final String IF_OFFSET = "COMPACTION_IF_OFFSET";
    /** What {@link #condition()} says of a record that counts in any case. */
    public static final long UNCONDITIONAL = Long.MAX_VALUE;
    /** The property that holds the key unless a topic names another. */
    public static final String KEYS = "KEYS";

    private static final byte[] TOMBSTONE_NAME = TOMBSTONE.getBytes(StandardCharsets.UTF_8);
    private static final byte[] IF_OFFSET_NAME = IF_OFFSET.getBytes(StandardCharsets.UTF_8);
    private static final byte[] TAGS_NAME = "TAGS".getBytes(StandardCharsets.UTF_8);
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.UTF_8);

    private final PropertyScan properties = new PropertyScan();
    private final byte[] keyName;

    /** Keys are the values of this property. */
    public RecordKey(String keyProperty) {
        this.keyName = keyProperty.getBytes(StandardCharsets.UTF_8);
    }

    /** Takes the properties of the record {@code frame} stands at; the questions below are about these. */
    public void load(FrameReader frame) {
        properties.load(frame);
    }

    /** Hashes the key; false when the record has none. */
    public boolean hashKey(KeyHash hash) {
        if (!findKey()) {
            return false;
        }
        hash.hash(properties.bytes(), properties.start(), properties.end() - properties.start());
        return true;
    }

    /** A copy of the key; null when the record has none. */
    public byte @Nullable [] copyKey() {
        return findKey() ? Arrays.copyOfRange(properties.bytes(), properties.start(), properties.end()) : null;
    }

    /** Whether the record has exactly this key. */
    public boolean isKey(byte[] key) {
        return findKey() && Arrays.equals(properties.bytes(), properties.start(), properties.end(), key, 0, key.length);
    }

    private boolean findKey() {
        if (!properties.find(keyName)) {
            return false;
        }
        for (int i = properties.start(); i < properties.end(); i++) {
            if (properties.bytes()[i] > ' ' || properties.bytes()[i] < 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether the record deletes its key: an empty body, or the property says so. */
    public boolean isTombstone(FrameReader frame) {
        return frame.bodyLength() == 0
                || (properties.find(TOMBSTONE_NAME)
                        && Arrays.equals(
                                properties.bytes(), properties.start(), properties.end(), TRUE, 0, TRUE.length));
    }

    /**
     * The record only counts when the latest one of its key is at this offset or before. {@link #UNCONDITIONAL} without that
     * property, and when its value is no number: admission refuses such, and what it let in is not dropped for it.
     */
    public long condition() {
        if (!properties.find(IF_OFFSET_NAME)) {
            return UNCONDITIONAL;
        }
        int at = properties.start();
        boolean isNegative = at < properties.end() && properties.bytes()[at] == '-';
        int first = isNegative ? at + 1 : at;
        long value = 0;
        for (int i = first; i < properties.end(); i++) {
            int digit = properties.bytes()[i] - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return UNCONDITIONAL;
            }
            value = value * 10 + digit;
        }
        if (first == properties.end()) {
            return UNCONDITIONAL;
        }
        return isNegative ? -value : value;
    }

    /** {@code String.hashCode()} of the tags as a queue's entry holds it, 0 without tags. */
    public long tagsCode() {
        if (!properties.find(TAGS_NAME)) {
            return 0;
        }
        int code = 0;
        for (int i = properties.start(); i < properties.end(); i++) {
            byte next = properties.bytes()[i];
            if (next < 0) {
                return wideTagsCode();
            }
            code = 31 * code + next;
        }
        return code;
    }

    private long wideTagsCode() {
        int length = properties.end() - properties.start();
        return new String(properties.bytes(), properties.start(), length, StandardCharsets.UTF_8).hashCode();
    }
}
