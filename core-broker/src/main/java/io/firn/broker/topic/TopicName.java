package io.firn.broker.topic;

import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.Set;

/** Rules for topic names and the names that mean something to the broker itself. Any thread; allocates nothing. */
public final class TopicName {

    /** Template of topics that are created by their first message. */
    public static final String TEMPLATE = "TBW102";

    public static final String SCHEDULE = "SCHEDULE_TOPIC_XXXX";
    public static final String SELF_TEST = "SELF_TEST_TOPIC";
    public static final String BENCHMARK = "BenchmarkTest";
    public static final String TRANSACTION_HALF = "RMQ_SYS_TRANS_HALF_TOPIC";
    public static final String TRANSACTION_OP = "RMQ_SYS_TRANS_OP_HALF_TOPIC";
    public static final String TRANSACTION_EXHAUSTED = "TRANS_CHECK_MAX_TIME_TOPIC";
    public static final String TRACE = "RMQ_SYS_TRACE_TOPIC";
    public static final String OFFSET_MOVED = "OFFSET_MOVED_EVENT";
    public static final String TIMER = "rmq_sys_wheel_timer";

    public static final String RETRY_PREFIX = "%RETRY%";
    public static final String DLQ_PREFIX = "%DLQ%";
    public static final String LMQ_PREFIX = "%LMQ%";

    /** Prefix of topics that belong to the broker. */
    public static final String SYSTEM_PREFIX = "rmq_sys_";

    /** Longest name of an ordinary topic. */
    public static final int MAX_LENGTH = 127;

    /** Longest name of a retry or dead-letter topic, which carries a group's name. */
    public static final int MAX_DERIVED_LENGTH = 255;

    private static final String ROCKSDB_HALF = "RMQ_SYS_ROCKSDB_TRANS_HALF_TOPIC";
    private static final String ROCKSDB_OP = "RMQ_SYS_ROCKSDB_TRANS_OP_HALF_TOPIC";

    private static final Set<String> NOT_FOR_PRODUCERS = Set.of(
            SCHEDULE,
            TRANSACTION_HALF,
            TRANSACTION_OP,
            ROCKSDB_HALF,
            ROCKSDB_OP,
            TRANSACTION_EXHAUSTED,
            SELF_TEST,
            OFFSET_MOVED,
            TIMER);

    private static final Set<String> SYSTEM = Set.of(
            TEMPLATE,
            SCHEDULE,
            BENCHMARK,
            TRANSACTION_HALF,
            TRANSACTION_OP,
            ROCKSDB_HALF,
            ROCKSDB_OP,
            TRACE,
            TRANSACTION_EXHAUSTED,
            SELF_TEST,
            OFFSET_MOVED,
            "CHECKPOINT_TOPIC");

    private TopicName() {}

    /**
     * Checks length and characters.
     *
     * @throws RequestException INVALID_PARAMETER saying what is wrong
     */
    public static void validate(String name) {
        if (name.isBlank()) {
            throw invalid("the topic name is empty");
        }
        int limit = isRetry(name) || isDlq(name) ? MAX_DERIVED_LENGTH : MAX_LENGTH;
        if (name.length() > limit) {
            throw invalid(
                    "the topic name has " + name.length() + " characters, at most " + limit + " are allowed: " + name);
        }
        // the second form of pop retry topics has it between group and topic
        int bad = firstIllegal(isRetry(name) ? name.replace('+', '_') : name);
        if (bad >= 0) {
            throw invalid("the topic name '" + name + "' has an illegal character at index " + bad
                    + ": allowed are letters, digits, '_', '-', '%' and '|'");
        }
    }

    /** Whether every broker has a topic of this name; a broker's own names: {@link TopicRegistry#isSystem}. */
    public static boolean isSystem(String name) {
        return SYSTEM.contains(name) || name.startsWith(SYSTEM_PREFIX);
    }

    /** Whether clients may send to this topic; when not, the answer is NO_PERMISSION. */
    public static boolean isOpenToProducers(String name) {
        return !NOT_FOR_PRODUCERS.contains(name);
    }

    public static boolean isRetry(String name) {
        return name.startsWith(RETRY_PREFIX);
    }

    public static boolean isDlq(String name) {
        return name.startsWith(DLQ_PREFIX);
    }

    public static boolean isLmq(String name) {
        return name.startsWith(LMQ_PREFIX);
    }

    /** Index of the first character that neither a topic nor a group name may have, −1 when all are legal. */
    public static int firstIllegal(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!isLegal(name.charAt(i))) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isLegal(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '-'
                || c == '%'
                || c == '|';
    }

    private static RequestException invalid(String remark) {
        return new RequestException(ResponseCode.INVALID_PARAMETER, remark);
    }
}
