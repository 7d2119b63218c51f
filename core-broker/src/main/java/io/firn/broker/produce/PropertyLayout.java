package io.firn.broker.produce;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.firn.broker.record.PropertyBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lays out the properties of one message as they are stored: the client's own, less those the broker sets, plus the
 * broker's. The order is the one in which Apache RocketMQ writes them, its map of 128 hash buckets, so that both
 * brokers store equal bytes for equal messages. Entries are {@code key 0x01 value 0x02}; one without a key or a value
 * is dropped, of two with the same key the later value wins. Flyweight, reused; owner: one io thread.
 */
final class PropertyLayout {

    private static final byte NAME_END = PropertyBytes.VALUE_START;
    private static final byte ENTRY_END = PropertyBytes.PAIR_END;
    private static final int BUCKETS = 128;

    /** Where each entry lies: {@code source index, from, name end, to}, and its bucket, sorted by bucket. */
    private Entry[] entries = new Entry[32];

    private int count;
    private int length;
    /** A bit for each bucket that may hold an entry: most names that are asked for are not there. */
    private long lowBuckets;

    private long highBuckets;

    PropertyLayout() {
        for (int i = 0; i < entries.length; i++) {
            entries[i] = new Entry();
        }
    }

    /** Forgets the previous message. */
    void clear() {
        count = 0;
        length = 0;
        lowBuckets = 0;
        highBuckets = 0;
    }

    /** Bytes the properties take, with all separators. */
    int length() {
        return length;
    }

    /** Adds every well-formed entry of {@code size} bytes of {@code source} from {@code start}. The array is read until the next {@link #clear()}. */
    void addAll(byte[] source, int start, int size) {
        int from = start;
        int limit = start + size;
        while (from < limit) {
            int hash = 0;
            int nameEnd = from;
            while (nameEnd < limit && source[nameEnd] != NAME_END && source[nameEnd] != ENTRY_END) {
                hash = 31 * hash + (source[nameEnd++] & 0xFF);
            }
            int end = PropertyBytes.indexOf(source, ENTRY_END, nameEnd, limit);
            if (nameEnd > from && nameEnd + 1 < end) {
                put(source, from, nameEnd, end, bucketOf(hash));
            }
            from = end + 1;
        }
    }

    /** Adds one entry given as {@code key 0x01 value}. */
    void add(byte[] entry) {
        int nameEnd = PropertyBytes.indexOf(entry, NAME_END, 0, entry.length);
        put(entry, 0, nameEnd, entry.length, bucketOf(entry, 0, nameEnd));
    }

    /** One entry in the form {@link #add(byte[])} takes. */
    static byte[] entry(String key, String value) {
        return (key + (char) NAME_END + value).getBytes(UTF_8);
    }

    /** Removes the entry of that key, if there. */
    void remove(PropertyName key) {
        removeAt(find(key));
    }

    private void removeAt(int at) {
        if (at >= 0) {
            Entry gone = entries[at];
            length -= gone.size();
            System.arraycopy(entries, at + 1, entries, at, count - at - 1);
            entries[--count] = gone;
        }
    }

    /** Whether the key is there. */
    boolean has(PropertyName key) {
        return find(key) >= 0;
    }

    /** Whether the key is there with that value. */
    boolean has(PropertyName key, byte[] value) {
        int at = find(key);
        return at >= 0
                && Arrays.equals(entries[at].source, entries[at].nameEnd + 1, entries[at].to, value, 0, value.length);
    }

    /** Copies the value of {@code key} into {@code to} from 0 and returns its length; 0 when absent or too long. */
    int copyValue(PropertyName key, byte[] to) {
        int at = find(key);
        if (at < 0) {
            return 0;
        }
        Entry entry = entries[at];
        int size = entry.to - entry.nameEnd - 1;
        if (size > to.length) {
            return 0;
        }
        System.arraycopy(entry.source, entry.nameEnd + 1, to, 0, size);
        return size;
    }

    /**
     * The value of {@code key} as a whole number; 0 when absent. Allocates when it is there.
     *
     * @throws NumberFormatException when it is something else
     */
    int number(PropertyName key) {
        int at = find(key);
        return at < 0 ? 0 : Integer.parseInt(text(entries[at]));
    }

    /** The value of that key, in UTF-8; null when absent. Allocates. */
    @Nullable
    String text(byte[] key) {
        int at = find(key);
        return at < 0 ? null : text(entries[at]);
    }

    private static String text(Entry entry) {
        return new String(entry.source, entry.nameEnd + 1, entry.to - entry.nameEnd - 1, UTF_8);
    }

    /** Whether a plugin's name is there. */
    boolean has(io.firn.spi.message.PropertyName name) {
        return find(name) >= 0;
    }

    /** Copies the value of a plugin's name into {@code to} from 0 and returns its length; -1 when absent. */
    int copyValue(io.firn.spi.message.PropertyName name, ByteBuffer to) {
        int at = find(name);
        if (at < 0) {
            return -1;
        }
        Entry entry = entries[at];
        int size = entry.to - entry.nameEnd - 1;
        to.put(0, entry.source, entry.nameEnd + 1, size);
        return size;
    }

    /** Whether the key, in UTF-8, is there. */
    boolean has(byte[] key) {
        return find(key) >= 0;
    }

    /** Removes the entry of that key, in UTF-8, if there. */
    void remove(byte[] key) {
        removeAt(find(key));
    }

    /** Bytes of the entry with that key and its separators; 0 when absent. */
    int sizeOf(byte[] key) {
        int at = find(key);
        return at < 0 ? 0 : entries[at].size();
    }

    /** All properties as text. Allocates. */
    Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            Entry entry = entries[i];
            map.put(
                    new String(entry.source, entry.from, entry.nameEnd - entry.from, UTF_8),
                    new String(entry.source, entry.nameEnd + 1, entry.to - entry.nameEnd - 1, UTF_8));
        }
        return map;
    }

    /** Makes this the same as another; they share the bytes of values but no state. */
    void copyFrom(PropertyLayout other) {
        count = other.count;
        length = other.length;
        lowBuckets = other.lowBuckets;
        highBuckets = other.highBuckets;
        while (entries.length < count) {
            grow();
        }
        for (int i = 0; i < count; i++) {
            Entry from = other.entries[i];
            entries[i].set(from.source, from.from, from.nameEnd, from.to, from.bucket);
        }
    }

    /** Writes all entries, {@link #length()} bytes. */
    void copyTo(ByteBuffer out) {
        for (int i = 0; i < count; i++) {
            Entry entry = entries[i];
            out.put(entry.source, entry.from, entry.to - entry.from);
            out.put(ENTRY_END);
        }
    }

    private void put(byte[] source, int from, int nameEnd, int to, int bucket) {
        int at = find(source, from, nameEnd, bucket);
        if (at >= 0) {
            length -= entries[at].size();
            entries[at].set(source, from, nameEnd, to, bucket);
        } else {
            insert(source, from, nameEnd, to, bucket);
        }
        length += to - from + 1;
    }

    private void insert(byte[] source, int from, int nameEnd, int to, int bucket) {
        if (count == entries.length) {
            grow();
        }
        Entry fresh = entries[count];
        int at = count++;
        while (at > 0 && entries[at - 1].bucket > bucket) {
            entries[at] = entries[at - 1];
            at--;
        }
        entries[at] = fresh;
        if (bucket < Long.SIZE) {
            lowBuckets |= 1L << bucket;
        } else {
            highBuckets |= 1L << bucket;
        }
        fresh.set(source, from, nameEnd, to, bucket);
    }

    private void grow() {
        int old = entries.length;
        entries = Arrays.copyOf(entries, old * 2);
        for (int i = old; i < entries.length; i++) {
            entries[i] = new Entry();
        }
    }

    private int find(PropertyName name) {
        return find(name.bytes, 0, name.bytes.length, name.bucket);
    }

    private int find(byte[] source, int from, int nameEnd, int bucket) {
        // a shift takes the bucket's lowest six bits
        if (((bucket < Long.SIZE ? lowBuckets : highBuckets) & 1L << bucket) == 0) {
            return -1;
        }
        for (int i = 0; i < count; i++) {
            Entry entry = entries[i];
            if (entry.bucket == bucket
                    && Arrays.equals(entry.source, entry.from, entry.nameEnd, source, from, nameEnd)) {
                return i;
            }
        }
        return -1;
    }

    private int find(byte[] key) {
        return find(key, 0, key.length, bucketOf(key, 0, key.length));
    }

    private int find(io.firn.spi.message.PropertyName name) {
        int size = name.length();
        for (int i = 0; i < count; i++) {
            Entry entry = entries[i];
            if (entry.nameEnd - entry.from == size && isNamed(entry, name, size)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isNamed(Entry entry, io.firn.spi.message.PropertyName name, int size) {
        for (int i = 0; i < size; i++) {
            if (entry.source[entry.from + i] != name.byteAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Bucket of a name in a map of 128 buckets; exact for ASCII names, merely stable for others. */
    static int bucketOf(byte[] source, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + (source[i] & 0xFF);
        }
        return bucketOf(hash);
    }

    private static int bucketOf(int hash) {
        return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
    }

    /** A range of some array; mutable because it is reused. */
    private static final class Entry {

        private byte[] source = new byte[0];
        private int from;
        private int nameEnd;
        private int to;
        private int bucket;

        void set(byte[] source, int from, int nameEnd, int to, int bucket) {
            this.source = source;
            this.from = from;
            this.nameEnd = nameEnd;
            this.to = to;
            this.bucket = bucket;
        }

        int size() {
            return to - from + 1;
        }
    }
}
