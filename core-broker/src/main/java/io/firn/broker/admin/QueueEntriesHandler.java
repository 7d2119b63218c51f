package io.firn.broker.admin;

import io.firn.broker.group.Subscription;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.queue.ConsumeQueue;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
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
        table.route(RequestCode.QUERY_CONSUME_QUEUE, pool, (request, from) -> show(request));
    }

    private Reply show(RemotingCommand request) {
        ExtFields ext = request.ext();
        String topic = ext.required("topic");
        int queueId = ext.requiredInt("queueId");
        long index = ext.requiredLong("index");
        int count = ext.requiredInt("count");
        if (count < 0 || count > MOST) {
            throw new RequestException(ResponseCode.INVALID_PARAMETER, "count is " + count + ": expected 0.." + MOST);
        }
        ConsumeQueue queue = rooms.stored().queues().find(topic, queueId);
        if (queue == null) {
            throw new RequestException(ResponseCode.SYSTEM_ERROR, queueId + "@" + topic + " is not exist!");
        }
        long max = queue.maxOffset();
        long min = queue.minOffset(rooms.stored().log().minPosition());
        if (index < min || index >= max) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR,
                    "Index " + index + " of " + queueId + "@" + topic + " is not exist! There are [" + min + "-" + max
                            + ")");
        }
        Subscription subscription = subscription(ext.get("consumerGroup"), topic);
        RecordFilter filter = subscription == null ? null : subscription.filter();
        List<QueueEntry> entries = new ArrayList<>();
        for (long offset = index; offset < Math.min(max, index + count); offset++) {
            entries.add(entry(queue, offset, filter));
        }
        return Reply.Now.ok(Json.encode(
                new QueueEntriesBody(max, min, null, subscription == null ? null : subscription.body(), entries)));
    }

    private @Nullable Subscription subscription(@Nullable String group, String topic) {
        return group == null || group.isBlank()
                ? null
                : rooms.groups().members().subscription(group, topic);
    }

    private QueueEntry entry(ConsumeQueue queue, long offset, @Nullable RecordFilter filter) {
        CommitLog log = rooms.stored().log();
        long position = queue.positionAt(offset);
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
