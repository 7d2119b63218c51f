package io.firn.broker.record;

import io.firn.broker.runtime.Utf8Cache;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Reads the record at a place of a memory segment (see {@link RecordLayout}). A flyweight: {@link #wrap} it, then
 * {@link #inspect} bytes that are not known to be a record before anything else is asked. Owner: one thread.
 */
public final class RecordView {

    private static final int NOT_LOCATED = -1;
    private static final int LIMIT_ASCII = 128;

    private final CRC32 crc = new CRC32();
    /** Made when properties are first asked for: who only looks at heads needs no buffer for them. */
    private @Nullable RecordKeys keys;

    private MemorySegment memory = MemorySegment.NULL;
    private long offset;
    private long limit;

    private long bodyLengthAt = NOT_LOCATED;
    private long topicAt;
    private int topicLength;
    private long propertiesAt;
    private int propertiesLength;
    private boolean keysLoaded;

    /** Looks at {@code segment} from {@code start}; nothing at or behind {@code end} is read. */
    public RecordView wrap(MemorySegment segment, long start, long end) {
        memory = segment;
        offset = start;
        limit = end;
        bodyLengthAt = NOT_LOCATED;
        keysLoaded = false;
        return this;
    }

    /**
     * Tells what is here; never reads out of bounds, whatever the bytes are.
     *
     * @param expectedPosition the log position of the wrapped place
     * @param verify how much to look at
     */
    public RecordStatus inspect(long expectedPosition, Verify verify) {
        long available = limit - offset;
        if (available < RecordLayout.FILLER_BYTES) {
            return RecordStatus.BAD_LENGTH;
        }
        int total = totalSize();
        int magic = intAt(RecordLayout.MAGIC);
        if (magic == RecordLayout.MAGIC_FILLER && total >= RecordLayout.FILLER_BYTES) {
            return RecordStatus.FILLER;
        }
        if (magic != RecordLayout.MAGIC_V1 && magic != RecordLayout.MAGIC_V2) {
            return total == 0 && magic == 0 ? RecordStatus.ZERO : RecordStatus.BAD_MAGIC;
        }
        if (total < RecordLayout.FIXED_BYTES || total > available || !lengthsAddUp(total)) {
            return RecordStatus.BAD_LENGTH;
        }
        if (physicalOffset() != expectedPosition) {
            return RecordStatus.BAD_POSITION;
        }
        return verify == Verify.LENGTHS || bodyIsWhole() ? RecordStatus.OK : RecordStatus.BAD_CRC;
    }

    private boolean lengthsAddUp(int total) {
        long end = offset + total;
        long at = offset + fixedBytes();
        if (at + RecordLayout.BODY > end) {
            return false;
        }
        int body = memory.get(RecordLayout.INT, at + RecordLayout.BODY_LENGTH);
        long topicLengthAt = at + RecordLayout.BODY + body;
        int wide = topicLengthBytes();
        if (body < 0 || topicLengthAt + wide > end) {
            return false;
        }
        int topic = readTopicLength(topicLengthAt, wide);
        long propertiesLengthAt = topicLengthAt + wide + topic;
        if (topic < 0 || propertiesLengthAt + Short.BYTES > end) {
            return false;
        }
        int properties = memory.get(RecordLayout.SHORT, propertiesLengthAt);
        return properties >= 0 && propertiesLengthAt + Short.BYTES + properties == end;
    }

    private boolean bodyIsWhole() {
        int length = bodyLength();
        if (length == 0) {
            return true;
        }
        crc.reset();
        crc.update(memory.asSlice(bodyOffset(), length).asByteBuffer());
        return ((int) crc.getValue() & RecordLayout.CRC_MASK) == intAt(RecordLayout.BODY_CRC);
    }

    /** Where the record starts in the wrapped segment. */
    public long offset() {
        return offset;
    }

    public MemorySegment memory() {
        return memory;
    }

    /** Bytes of the whole record. */
    public int totalSize() {
        return intAt(RecordLayout.TOTAL_SIZE);
    }

    public int bodyCrc() {
        return intAt(RecordLayout.BODY_CRC);
    }

    public int queueId() {
        return intAt(RecordLayout.QUEUE_ID);
    }

    public int flag() {
        return intAt(RecordLayout.FLAG);
    }

    public long queueOffset() {
        return longAt(RecordLayout.QUEUE_OFFSET);
    }

    /** The log position the record believes it stands at. */
    public long physicalOffset() {
        return longAt(RecordLayout.PHYSICAL_OFFSET);
    }

    public int sysFlag() {
        return intAt(RecordLayout.SYS_FLAG);
    }

    public long bornTimestamp() {
        return longAt(RecordLayout.BORN_TIMESTAMP);
    }

    public HostAddress bornHost() {
        return HostAddress.read(memory, offset + RecordLayout.BORN_HOST, RecordLayout.bornHostBytes(sysFlag()));
    }

    public long storeTimestamp() {
        return longAt(RecordLayout.storeTimestampAt(sysFlag()));
    }

    public HostAddress storeHost() {
        int flag = sysFlag();
        long at = offset + RecordLayout.storeTimestampAt(flag) + RecordLayout.STORE_HOST;
        return HostAddress.read(memory, at, RecordLayout.storeHostBytes(flag));
    }

    public int reconsumeTimes() {
        return intAt(fixedBytes() + RecordLayout.RECONSUME_TIMES);
    }

    public long preparedTransactionOffset() {
        return longAt(fixedBytes() + RecordLayout.PREPARED_POSITION);
    }

    public int bodyLength() {
        locate();
        return memory.get(RecordLayout.INT, bodyLengthAt);
    }

    /** Where the body starts in {@link #memory()}. */
    public long bodyOffset() {
        locate();
        return bodyLengthAt + Integer.BYTES;
    }

    /** The topic's name; allocates only when {@code cache} does not know it. */
    public String topic(Utf8Cache cache) {
        locate();
        return cache.get(memory, topicAt, topicLength);
    }

    /** Whether this is the topic; characters beyond ASCII, which no broker gives a topic, are not compared. */
    public boolean isOfTopic(String name) {
        locate();
        boolean plain = true;
        for (int i = 0; i < name.length() && plain; i++) {
            char letter = name.charAt(i);
            plain = letter < LIMIT_ASCII;
            if (plain && (i >= topicLength || memory.get(ValueLayout.JAVA_BYTE, topicAt + i) != letter)) {
                return false;
            }
        }
        return !plain || topicLength == name.length();
    }

    /** Where the properties start in {@link #memory()}. */
    public long propertiesOffset() {
        locate();
        return propertiesAt;
    }

    public int propertiesLength() {
        locate();
        return propertiesLength;
    }

    /** The hash of property {@code TAGS}, as queue entries hold it; 0 without tags. */
    public long tagsCode() {
        return loadedKeys().tagsCode();
    }

    /** The text of a property; null when it is not there. Allocates. */
    public @Nullable String property(String name) {
        PropertyBytes properties = loadedKeys().properties();
        return properties.find(name.getBytes(StandardCharsets.UTF_8))
                ? new String(
                        properties.array(), properties.valueOffset(), properties.valueLength(), StandardCharsets.UTF_8)
                : null;
    }

    /** Whether a property is there and not empty. {@code name} in UTF-8. */
    public boolean hasProperty(byte[] name) {
        return loadedKeys().properties().find(name);
    }

    /** A copy of the properties, valid until the next {@link #wrap}. Do not change it. */
    public PropertyBytes properties() {
        return loadedKeys().properties();
    }

    /** Gives the keys this record is found by: {@code UNIQ_KEY}, then the words of {@code KEYS}. */
    public void forEachKey(KeyConsumer consumer) {
        loadedKeys().forEach(consumer);
    }

    private RecordKeys loadedKeys() {
        RecordKeys loaded = keys;
        if (loaded == null) {
            loaded = new RecordKeys();
            keys = loaded;
        }
        if (!keysLoaded) {
            loaded.load(memory, propertiesOffset(), propertiesLength());
            keysLoaded = true;
        }
        return loaded;
    }

    /** Finds the places behind the fixed fields, once per record. */
    private void locate() {
        if (bodyLengthAt == NOT_LOCATED) {
            long at = offset + fixedBytes() + RecordLayout.BODY_LENGTH;
            long topicLengthAt = at + Integer.BYTES + memory.get(RecordLayout.INT, at);
            int wide = topicLengthBytes();
            topicLength = readTopicLength(topicLengthAt, wide);
            topicAt = topicLengthAt + wide;
            propertiesLength = memory.get(RecordLayout.SHORT, topicAt + topicLength);
            propertiesAt = topicAt + topicLength + Short.BYTES;
            bodyLengthAt = at;
        }
    }

    private int topicLengthBytes() {
        return intAt(RecordLayout.MAGIC) == RecordLayout.MAGIC_V2 ? Short.BYTES : Byte.BYTES;
    }

    private int readTopicLength(long at, int bytes) {
        return bytes == Byte.BYTES ? memory.get(ValueLayout.JAVA_BYTE, at) : memory.get(RecordLayout.SHORT, at);
    }

    /** Bytes up to the end of the store host. */
    private int fixedBytes() {
        int flag = sysFlag();
        return RecordLayout.storeTimestampAt(flag) + RecordLayout.STORE_HOST + RecordLayout.storeHostBytes(flag);
    }

    private int intAt(int field) {
        return memory.get(RecordLayout.INT, offset + field);
    }

    private long longAt(int field) {
        return memory.get(RecordLayout.LONG, offset + field);
    }
}
