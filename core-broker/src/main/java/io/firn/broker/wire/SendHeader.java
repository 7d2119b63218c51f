package io.firn.broker.wire;

import io.firn.broker.runtime.Utf8Cache;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The header of a send in one shape, whether it came with the long names (10, 324) or the one-letter names (310, 320,
 * 325). Reused for every send of its owner's thread; valid until the next {@link #parse} and only as long as the command
 * itself. Allocates nothing when names are in the cache.
 */
public final class SendHeader {
    private static final int PRODUCER_GROUP = 0;
    private static final int TOPIC = 1;
    private static final int DEFAULT_TOPIC = 2;
    private static final int DEFAULT_TOPIC_QUEUE_NUMS = 3;
    private static final int QUEUE_ID = 4;
    private static final int SYS_FLAG = 5;
    private static final int BORN_TIMESTAMP = 6;
    private static final int FLAG = 7;
    private static final int PROPERTIES = 8;
    private static final int RECONSUME_TIMES = 9;
    private static final int UNIT_MODE = 10;
    private static final int MAX_RECONSUME_TIMES = 11;
    private static final int BATCH = 12;

    /** In the order of the one-letter names, which begin with {@code a}. */
    private static final FieldNames LONG_NAMES = FieldNames.of(List.of(
            "producerGroup",
            "topic",
            "defaultTopic",
            "defaultTopicQueueNums",
            "queueId",
            "sysFlag",
            "bornTimestamp",
            "flag",
            "properties",
            "reconsumeTimes",
            "unitMode",
            "maxReconsumeTimes",
            "batch"));

    private static final int DEFAULT_QUEUE_NUMS = 4;

    private HeaderTable table = new HeaderTable();
    private @Nullable Utf8Cache names;
    /** Entries of texts that few sends are asked for; negative when absent. */
    private int producerGroupEntry;

    private int defaultTopicEntry;
    private String topic = "";
    private int defaultTopicQueueNums;
    private int queueId;
    private int sysFlag;
    private int flag;
    private int reconsumeTimes;
    private int maxReconsumeTimes;
    private long bornTimestamp;
    private boolean unitMode;
    private boolean batch;
    private byte[] header = {};
    private int propertiesOffset;
    private int propertiesLength;
    private boolean hasQueueId;

    /**
     * Reads the send header of this command.
     *
     * @param names turns group and topic bytes into strings; owned by the calling thread
     * @throws RequestException when topic or queue id is missing, or a field is malformed
     */
    public void parse(RemotingCommand command, Utf8Cache names) {
        reset(command.code());
        this.names = names;
        table = command.header();
        header = table.bytes;
        boolean longNames =
                command.code() == RequestCode.SEND_MESSAGE || command.code() == RequestCode.SEND_REPLY_MESSAGE;
        for (int i = 0; i < table.count(); i++) {
            if (table.valueLength(i) != HeaderTable.NULL) {
                take(longNames ? longName(table, i) : letter(table, i), table, i, names);
            }
        }
        if (topic.isEmpty()) {
            throw table.missing(longNames ? "topic" : "b (topic)");
        }
        if (!hasQueueId) {
            throw table.missing(longNames ? "queueId" : "e (queueId)");
        }
    }

    private void reset(int code) {
        producerGroupEntry = -1;
        topic = "";
        defaultTopicEntry = -1;
        defaultTopicQueueNums = DEFAULT_QUEUE_NUMS;
        queueId = 0;
        sysFlag = 0;
        flag = 0;
        reconsumeTimes = 0;
        maxReconsumeTimes = -1;
        bornTimestamp = 0;
        unitMode = false;
        batch = code == RequestCode.SEND_BATCH_MESSAGE;
        propertiesOffset = 0;
        propertiesLength = 0;
        hasQueueId = false;
    }

    private static int longName(HeaderTable table, int entry) {
        return LONG_NAMES.indexOf(table.bytes, table.keyStart(entry), table.keyLength(entry));
    }

    private static int letter(HeaderTable table, int entry) {
        return table.keyLength(entry) == 1 ? table.bytes[table.keyStart(entry)] - 'a' : -1;
    }

    private void take(int field, HeaderTable table, int entry, Utf8Cache names) {
        switch (field) {
            case PRODUCER_GROUP -> producerGroupEntry = entry;
            case TOPIC -> topic = text(table, entry, names);
            case DEFAULT_TOPIC -> defaultTopicEntry = entry;
            case DEFAULT_TOPIC_QUEUE_NUMS -> defaultTopicQueueNums = table.intValue(entry);
            case QUEUE_ID -> {
                queueId = table.intValue(entry);
                hasQueueId = true;
            }
            case SYS_FLAG -> sysFlag = table.intValue(entry);
            case BORN_TIMESTAMP -> bornTimestamp = table.longValue(entry);
            case FLAG -> flag = table.intValue(entry);
            case PROPERTIES -> {
                propertiesOffset = table.valueStart(entry);
                propertiesLength = table.valueLength(entry);
            }
            case RECONSUME_TIMES -> reconsumeTimes = table.intValue(entry);
            case UNIT_MODE -> unitMode = table.booleanValue(entry);
            case MAX_RECONSUME_TIMES -> maxReconsumeTimes = table.intValue(entry);
            case BATCH -> batch |= table.booleanValue(entry);
            default -> {
                // Fields that newer clients add mean nothing here: broker name, namespace, hooks.
            }
        }
    }

    private @Nullable String text(int entry) {
        Utf8Cache known = names;
        return entry < 0 || known == null ? null : text(table, entry, known);
    }

    private static String text(HeaderTable table, int entry, Utf8Cache names) {
        return names.get(table.bytes, table.valueStart(entry), table.valueLength(entry));
    }

    /** Empty when the client sent none. */
    public String producerGroup() {
        return Objects.requireNonNullElse(text(producerGroupEntry), "");
    }

    public String topic() {
        return topic;
    }

    /** The topic whose settings a topic made by this send shall take; null when none is meant. */
    public @Nullable String defaultTopic() {
        return text(defaultTopicEntry);
    }

    public int defaultTopicQueueNums() {
        return defaultTopicQueueNums;
    }

    /** Negative: the broker shall choose. */
    public int queueId() {
        return queueId;
    }

    public int sysFlag() {
        return sysFlag;
    }

    public int flag() {
        return flag;
    }

    public int reconsumeTimes() {
        return reconsumeTimes;
    }

    /** -1 when absent. */
    public int maxReconsumeTimes() {
        return maxReconsumeTimes;
    }

    public long bornTimestamp() {
        return bornTimestamp;
    }

    public boolean unitMode() {
        return unitMode;
    }

    /** True for code 320 whatever the header says, else what it says. */
    public boolean batch() {
        return batch;
    }

    /** The array in which the properties lie, UTF-8 and unescaped, from {@link #propertiesOffset()} on. Not to be changed. */
    public byte[] properties() {
        return header;
    }

    public int propertiesOffset() {
        return propertiesOffset;
    }

    public int propertiesLength() {
        return propertiesLength;
    }
}
