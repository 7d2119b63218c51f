package io.firn.broker.query;

import io.firn.broker.log.CommitLog;
import io.firn.broker.queue.Boundary;
import io.firn.broker.queue.KeyIndex;
import io.firn.broker.queue.KeyMatches;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.queue.OldMessages;
import io.firn.broker.queue.QueueLog;
import io.firn.broker.queue.RecordSlices;
import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Queries: codes 12 and 33 for messages, 29 to 32 for offsets and times of a queue. */
public final class QueryHandler {

    private static final ExtKey OFFSET = ExtKey.of("offset");
    private static final ExtKey TIMESTAMP = ExtKey.of("timestamp");
    private static final ExtKey INDEX_TIME = ExtKey.of("indexLastUpdateTimestamp");
    private static final ExtKey INDEX_POSITION = ExtKey.of("indexLastUpdatePhyoffset");
    private static final int MOST_MATCHES = 256;
    private static final int UNIQUE_MATCHES = 32;
    private static final int MOST_BYTES = 12 << 20;

    private final CommitLog log;
    private final QueueLog queues;
    private final KeyIndex index;
    private final OldMessages old;

    /** Answers from these. */
    public QueryHandler(CommitLog log, QueueLog queues, KeyIndex index, OldMessages old) {
        this.log = log;
        this.queues = queues;
        this.index = index;
        this.old = old;
    }

    /** Adds this handler's codes to the request table; {@code readers} serve what may touch old data. */
    public void addTo(RequestRouter.Builder table, Executor readers) {
        table.route(RequestCode.GET_MAX_OFFSET, (request, from) -> ofRange(request, from, OffsetRange::max))
                .route(RequestCode.GET_MIN_OFFSET, (request, from) -> ofRange(request, from, OffsetRange::min))
                .route(RequestCode.SEARCH_OFFSET_BY_TIMESTAMP, readers, this::offsetByTime)
                .route(RequestCode.GET_EARLIEST_MSG_STORETIME, readers, this::earliestTime)
                .route(RequestCode.VIEW_MESSAGE_BY_ID, readers, this::byPosition)
                .route(RequestCode.QUERY_MESSAGE, readers, this::byKey);
    }

    private Reply ofRange(RemotingCommand request, Connection from, ToLongFunction<OffsetRange> end) {
        ExtFields ext = request.ext();
        return LaterReply.to(
                request,
                from,
                queues.range(ext.required("topic"), ext.requiredInt("queueId"))
                        .thenApply(range -> offset(end.applyAsLong(range))));
    }

    private Reply offsetByTime(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        Boundary boundary = "UPPER".equalsIgnoreCase(ext.get("boundaryType")) ? Boundary.UPPER : Boundary.LOWER;
        return LaterReply.to(
                request,
                from,
                queues.offsetByTime(
                                ext.required("topic"),
                                ext.requiredInt("queueId"),
                                ext.requiredLong("timestamp"),
                                boundary)
                        .thenApply(QueryHandler::offset));
    }

    private Reply earliestTime(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        String topic = ext.required("topic");
        int queueId = ext.requiredInt("queueId");
        return LaterReply.to(
                request,
                from,
                queues.range(topic, queueId)
                        .thenCompose(range -> queues.storeTimeAt(topic, queueId, range.min()))
                        .thenApply(time -> Reply.Now.ok(out -> out.put(TIMESTAMP, time))));
    }

    private Reply byPosition(RemotingCommand request, Connection from) {
        long position = request.ext().requiredLong("offset");
        StoredRecord record = StoredRecord.at(log, position);
        if (record != null) {
            return found(HeaderFields.NONE, List.of(record), List.of());
        }
        return LaterReply.to(request, from, old.byPosition(position).thenApply(older -> {
            if (older.isEmpty()) {
                throw new RequestException(
                        ResponseCode.SYSTEM_ERROR, "can not find message by the offset, " + position);
            }
            return found(HeaderFields.NONE, List.of(), older);
        }));
    }

    private Reply byKey(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        String topic = ext.required("topic");
        String key = ext.required("key");
        KeyIndex.KeyType type = keyType(ext);
        int max = type == KeyIndex.KeyType.UNIQUE
                ? UNIQUE_MATCHES
                : Math.clamp(ext.requiredInt("maxNum"), 1, MOST_MATCHES);
        KeyIndex.Range range = new KeyIndex.Range(ext.requiredLong("beginTimestamp"), ext.requiredLong("endTimestamp"));
        KeyMatches matches = index.query(topic, key, type, range, max);
        List<StoredRecord> records = load(matches, topic, key, type);
        boolean enough = records.size() >= max || (type == KeyIndex.KeyType.UNIQUE && !records.isEmpty());
        if (enough || type == KeyIndex.KeyType.TAG || key.isEmpty()) {
            return answer(matches, records, List.of());
        }
        OldMessages.KeySought sought =
                new OldMessages.KeySought(topic, key, range, max - records.size(), positions(records));
        return LaterReply.to(
                request,
                from,
                old.byKey(sought)
                        .whenComplete((older, failure) -> closeAfter(failure, records))
                        .thenApply(older -> answer(matches, records, older)));
    }

    private static Set<Long> positions(List<StoredRecord> records) {
        Set<Long> positions = new HashSet<>();
        records.forEach(record -> positions.add(record.slice().position()));
        return positions;
    }

    /** An answer that fails takes nothing over. */
    private static void closeAfter(@Nullable Throwable failure, List<StoredRecord> records) {
        if (failure != null) {
            records.forEach(StoredRecord::close);
        }
    }

    private static Reply.Now answer(KeyMatches matches, List<StoredRecord> records, List<RecordSlices> older) {
        if (records.isEmpty() && older.isEmpty()) {
            throw new RequestException(
                    ResponseCode.QUERY_NOT_FOUND, "can not find message, maybe time range not correct");
        }
        return found(
                out -> {
                    out.put(INDEX_TIME, matches.lastStoreTimeMs());
                    out.put(INDEX_POSITION, matches.lastPosition());
                },
                records,
                older);
    }

    private static KeyIndex.KeyType keyType(ExtFields ext) {
        String type = ext.get("indexType");
        if (ext.booleanOr("_UNIQUE_KEY_QUERY", false) || "U".equals(upper(type))) {
            return KeyIndex.KeyType.UNIQUE;
        }
        return "T".equals(upper(type)) ? KeyIndex.KeyType.TAG : KeyIndex.KeyType.KEY;
    }

    private static @Nullable String upper(@Nullable String text) {
        return text == null ? null : text.toUpperCase(Locale.ROOT);
    }

    /** The index knows hashes: what it names is read and compared. */
    private List<StoredRecord> load(KeyMatches matches, String topic, String key, KeyIndex.KeyType type) {
        List<StoredRecord> records = new ArrayList<>();
        boolean whole = false;
        try {
            int bytes = 0;
            for (long position : matches.positions()) {
                StoredRecord record = StoredRecord.at(log, position);
                if (record == null) {
                    continue;
                }
                records.add(record);
                int size = record.slice().size();
                if (record.has(topic, key, type) && (bytes == 0 || bytes + size <= MOST_BYTES)) {
                    bytes += size;
                } else {
                    records.removeLast().close();
                }
            }
            whole = true;
            return records;
        } finally {
            if (!whole) {
                records.forEach(StoredRecord::close);
            }
        }
    }

    private static Reply.Now found(HeaderFields fields, List<StoredRecord> records, List<RecordSlices> older) {
        return Reply.Now.of(ResponseCode.SUCCESS, null, fields, new RecordsBody(records, older));
    }

    private static Reply.Now offset(long value) {
        return Reply.Now.ok(out -> out.put(OFFSET, value));
    }
}
