package io.firn.broker.wire;

import io.firn.broker.runtime.Utf8Cache;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header of a pull (11, 361). Reused for every pull of its owner's thread; valid until the next {@link #parse}.
 * Allocates nothing when its texts are in the cache.
 */
public final class PullHeader {
    private static final int COMMIT_OFFSET_FLAG = 1;
    private static final int SUSPEND_FLAG = 2;
    private static final int SUBSCRIPTION_FLAG = 4;
    private static final int LITE_PULL_FLAG = 16;

    private static final FieldNames NAMES = FieldNames.of(List.of(
            "consumerGroup",
            "topic",
            "queueId",
            "queueOffset",
            "maxMsgNums",
            "sysFlag",
            "commitOffset",
            "suspendTimeoutMillis",
            "subscription",
            "subVersion",
            "expressionType",
            "maxMsgBytes",
            // Misspelt in the protocol.
            "proxyFrowardClientId"));

    private static final int QUEUE_ID = 2;
    private static final int QUEUE_OFFSET = 3;
    private static final int MAX_MSG_NUMS = 4;

    private String consumerGroup = "";
    private String topic = "";
    private int queueId;
    private long queueOffset;
    private int maxMsgNums;
    private int sysFlag;
    private long commitOffset;
    private long suspendTimeoutMillis;
    private @Nullable String subscription;
    private long subVersion;
    private @Nullable String expressionType;
    private int maxMsgBytes;
    private @Nullable String proxyForwardClientId;

    /** One bit per field that was there. */
    private int present;

    /**
     * Reads the pull header of this command.
     *
     * @param names turns text bytes into strings; owned by the calling thread
     * @throws RequestException when group, topic, queue id, offset or count is missing, or a field is malformed
     */
    public void parse(RemotingCommand command, Utf8Cache names) {
        reset();
        HeaderTable table = command.header();
        for (int i = 0; i < table.count(); i++) {
            if (table.valueLength(i) != HeaderTable.NULL) {
                int field = NAMES.indexOf(table.bytes, table.keyStart(i), table.keyLength(i));
                if (field >= 0) {
                    present |= 1 << field;
                    take(field, table, i, names);
                }
            }
        }
        if (consumerGroup.isEmpty()) {
            throw table.missing("consumerGroup");
        }
        if (topic.isEmpty()) {
            throw table.missing("topic");
        }
        require(QUEUE_ID, table, "queueId");
        require(QUEUE_OFFSET, table, "queueOffset");
        require(MAX_MSG_NUMS, table, "maxMsgNums");
    }

    private void require(int field, HeaderTable table, String name) {
        if ((present & 1 << field) == 0) {
            throw table.missing(name);
        }
    }

    private void reset() {
        consumerGroup = "";
        topic = "";
        queueId = 0;
        queueOffset = 0;
        maxMsgNums = 0;
        sysFlag = 0;
        commitOffset = -1;
        suspendTimeoutMillis = 0;
        subscription = null;
        subVersion = 0;
        expressionType = null;
        maxMsgBytes = -1;
        proxyForwardClientId = null;
        present = 0;
    }

    /** Cases are indexes of {@link #NAMES}. */
    private void take(int field, HeaderTable table, int entry, Utf8Cache names) {
        switch (field) {
            case 0 -> consumerGroup = text(table, entry, names);
            case 1 -> topic = text(table, entry, names);
            case QUEUE_ID -> queueId = table.intValue(entry);
            case QUEUE_OFFSET -> queueOffset = table.longValue(entry);
            case MAX_MSG_NUMS -> maxMsgNums = table.intValue(entry);
            case 5 -> sysFlag = table.intValue(entry);
            case 6 -> commitOffset = table.longValue(entry);
            case 7 -> suspendTimeoutMillis = table.longValue(entry);
            case 8 -> subscription = text(table, entry, names);
            case 9 -> subVersion = table.longValue(entry);
            case 10 -> expressionType = text(table, entry, names);
            case 11 -> maxMsgBytes = table.intValue(entry);
            default -> proxyForwardClientId = text(table, entry, names);
        }
    }

    private static String text(HeaderTable table, int entry, Utf8Cache names) {
        return names.get(table.bytes, table.valueStart(entry), table.valueLength(entry));
    }

    public String consumerGroup() {
        return consumerGroup;
    }

    public String topic() {
        return topic;
    }

    public int queueId() {
        return queueId;
    }

    /** The first queue offset the client wants. */
    public long queueOffset() {
        return queueOffset;
    }

    public int maxMsgNums() {
        return maxMsgNums;
    }

    public int sysFlag() {
        return sysFlag;
    }

    /** The offset to store for the group when {@link #commitsOffset()}. */
    public long commitOffset() {
        return commitOffset;
    }

    /** How long to hold the pull when {@link #maySuspend()}, in milliseconds. */
    public long suspendTimeoutMillis() {
        return suspendTimeoutMillis;
    }

    /** The filter expression; null means that of the group's heartbeat. */
    public @Nullable String subscription() {
        return subscription;
    }

    /** Version of the subscription that the client knows, 0 when it does not say. */
    public long subVersion() {
        return subVersion;
    }

    /** {@code TAG} or {@code SQL92}; null means {@code TAG}. */
    public @Nullable String expressionType() {
        return expressionType;
    }

    /** -1 when absent. */
    public int maxMsgBytes() {
        return maxMsgBytes;
    }

    /** The client behind a proxy, or null. */
    public @Nullable String proxyForwardClientId() {
        return proxyForwardClientId;
    }

    public boolean commitsOffset() {
        return (sysFlag & COMMIT_OFFSET_FLAG) != 0;
    }

    public boolean maySuspend() {
        return (sysFlag & SUSPEND_FLAG) != 0;
    }

    public boolean hasSubscription() {
        return (sysFlag & SUBSCRIPTION_FLAG) != 0;
    }

    public boolean isLitePull() {
        return (sysFlag & LITE_PULL_FLAG) != 0;
    }
}
