package io.firn.broker.admin;

import io.firn.broker.group.Subscription;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.queue.LocalQueues;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.QueueEntriesBody;
import io.firn.broker.wire.body.QueueEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Shows a stretch of a queue, and which of it a group's filter lets through: code 321. Sizes and tags are those of the
 * records; a place whose record is gone has none.
 */
final class QueueEntriesHandler {

    private static final int MOST = 10_000;
    /** Enough of a record to know how long it is. */
    private static final int HEAD_BYTES = 4;

    private final BrokerRooms rooms;

    QueueEntriesHandler(BrokerRooms rooms) {
        this.rooms = rooms;
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.QUERY_CONSUME_QUEUE, pool, this::show);
    }

    private Reply show(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        String topic = ext.required("topic");
        int queueId = ext.requiredInt("queueId");
        long index = ext.requiredLong("index");
        int count = ext.requiredInt("count");
        if (count < 0 || count > MOST) {
            throw new RequestException(ResponseCode.INVALID_PARAMETER, "count is " + count + ": expected 0.." + MOST);
        }
        if (rooms.stored().queues().find(topic, queueId) == null) {
            throw new RequestException(ResponseCode.SYSTEM_ERROR, queueId + "@" + topic + " is not exist!");
        }
        Subscription subscription = subscription(ext.get("consumerGroup"), topic);
        Stretch stretch = new Stretch(topic, queueId, index, count);
        return LaterReply.to(
                request,
                from,
                rooms.stored()
                        .reader()
                        .range(topic, queueId)
                        .thenApply(range -> Reply.Now.ok(Json.encode(entries(stretch, range, subscription)))));
    }

    /** What is to be shown. */
    private record Stretch(String topic, int queueId, long index, int count) {}

    private QueueEntriesBody entries(Stretch asked, OffsetRange range, @Nullable Subscription subscription) {
        if (!range.contains(asked.index)) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR,
                    "Index " + asked.index + " of " + asked.queueId + "@" + asked.topic + " is not exist! There are ["
                            + range.min() + "-" + range.max() + ")");
        }
        RecordFilter filter = subscription == null ? null : subscription.filter();
        LocalQueues local = rooms.stored().reader().local();
        List<QueueEntry> entries = new ArrayList<>();
        long end = Math.min(range.max(), asked.index + asked.count);
        for (long offset = asked.index; offset < end; offset++) {
            entries.add(entry(local.positionOf(asked.topic, asked.queueId, offset), filter));
        }
        return new QueueEntriesBody(
                range.max(), range.min(), null, subscription == null ? null : subscription.body(), entries);
    }

    private @Nullable Subscription subscription(@Nullable String group, String topic) {
        return group == null || group.isBlank()
                ? null
                : rooms.groups().members().subscription(group, topic);
    }

    private QueueEntry entry(long position, @Nullable RecordFilter filter) {
        CommitLog log = rooms.stored().log();
        int size = sizeAt(log, position);
        try (LogSlice slice = size <= 0 ? null : log.slice(position, size)) {
            if (slice == null) {
                return new QueueEntry(position, 0, 0, null, null, false, null);
            }
            RecordView record = new RecordView().wrap(slice.memory(), 0, slice.size());
            if (record.inspect(position, Verify.LENGTHS) != RecordStatus.OK) {
                return new QueueEntry(position, 0, 0, null, null, false, "no record stands at this position");
            }
            long tags = record.tagsCode();
            boolean passes =
                    filter != null && filter.matches(tags) && (!filter.needsRecord() || filter.matches(record));
            return new QueueEntry(position, size, tags, null, null, passes, null);
        }
    }

    private static int sizeAt(CommitLog log, long position) {
        try (LogSlice head = position < 0 ? null : log.slice(position, HEAD_BYTES)) {
            return head == null
                    ? 0
                    : new RecordView().wrap(head.memory(), 0, HEAD_BYTES).totalSize();
        }
    }
}
