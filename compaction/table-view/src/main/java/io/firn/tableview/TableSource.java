package io.firn.tableview;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where messages come from: the stock client, or a list in a test. Called by the table's thread. */
interface TableSource extends AutoCloseable {

    /** The topic's queues now. Throws when nobody knows them. */
    Set<TableQueue> queues() throws Exception;

    /** The first offset that can be read. */
    long minOffset(TableQueue queue) throws Exception;

    /** The offset the next message gets. */
    long maxOffset(TableQueue queue) throws Exception;

    /** Reads from an offset, waiting at the end of the queue for a while; the answer comes on any thread, once. */
    void read(TableQueue queue, long offset, Consumer<Answer> answer);

    @Override
    void close();

    /** What a read found. */
    sealed interface Answer {

        /** Messages in order, perhaps none, and where to go on: above the offset asked for unless it was the end. */
        record Messages(List<Message> messages, long next) implements Answer {}

        /** The queue no longer has, or does not yet have, that offset. */
        record OutOfRange(long next) implements Answer {}

        /** The broker cannot be asked. */
        record Failed(Throwable cause) implements Answer {}
    }

    /** One message; the body is null when it is empty. */
    record Message(long offset, long storeTimeMs, Map<String, String> properties, byte @Nullable [] body) {

        private static final String TOMBSTONE = "COMPACTION_TOMBSTONE";
        private static final String IF_OFFSET = "COMPACTION_IF_OFFSET";

        /** It only counts when its key's latest record is at this offset or before; {@link Long#MAX_VALUE} always. */
        long condition() {
            String condition = properties.get(IF_OFFSET);
            if (condition == null || !condition.matches("-?[0-9]{1,18}")) {
                return Long.MAX_VALUE;
            }
            return Long.parseLong(condition);
        }

        boolean isTombstone() {
            return body == null || body.length == 0 || "true".equals(properties.get(TOMBSTONE));
        }
    }
}
