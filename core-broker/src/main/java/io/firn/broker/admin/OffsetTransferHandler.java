package io.firn.broker.admin;

import io.firn.broker.group.ConsumerGroup;
import io.firn.broker.group.Offsets;
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
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Gives a group the offsets of another, and compares groups in a topic: codes 314 and 308. */
final class OffsetTransferHandler {

    private final BrokerRooms rooms;
    private final Offsets offsets;

    OffsetTransferHandler(BrokerRooms rooms) {
        this.rooms = rooms;
        this.offsets = rooms.groups().offsets();
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.CLONE_GROUP_OFFSET, pool, this::copy)
                .route(RequestCode.QUERY_CORRECTION_OFFSET, pool, (request, from) -> compare(request));
    }

    /** One topic, or every topic the group has read. The receiving group is created where clients may create groups. */
    private Reply copy(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        String source = ext.required("srcGroup");
        String target = ext.required("destGroup");
        boolean offline = ext.booleanOr("offline", false);
        ConsumerGroup connected = offline ? null : rooms.groups().members().consumers(source);
        Collection<String> topics = topics(source, connected, ext.get("topic"));
        return LaterReply.to(
                request, from, rooms.groups().configs().ensure(target).thenApply(group -> {
                    topics.forEach(topic -> offsets.copy(source, target, topic));
                    return Reply.Now.ok();
                }));
    }

    /** Unknown topics, and those that a connected group gave up, are left out; one that was named is refused. */
    private Collection<String> topics(String source, @Nullable ConsumerGroup connected, @Nullable String named) {
        if (rooms.groups().configs().find(source) == null) {
            throw new RequestException(
                    ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, "Group " + source + " does not exist");
        }
        if (named == null || named.isBlank()) {
            return offsets.topicsOf(source).stream()
                    .filter(topic -> rooms.topics().find(topic) != null && isRead(connected, topic))
                    .toList();
        }
        var _ = rooms.topics().required(named);
        if (!isRead(connected, named)) {
            throw failed("group " + source + " is connected and does not subscribe to topic " + named
                    + ": nothing was copied, offline=true copies all the same");
        }
        if (offsets.of(source, named).isEmpty()) {
            throw failed("group " + source + " has no offsets in topic " + named + ": nothing was copied");
        }
        return List.of(named);
    }

    private static boolean isRead(@Nullable ConsumerGroup connected, String topic) {
        return connected == null || connected.subscriptions().isEmpty() || connected.subscription(topic) != null;
    }

    /** Body of the answer to 308. */
    record Corrections(Map<Integer, Long> correctionOffsets) {}

    /**
     * By queue the lowest offset of all groups but the filtered ones. Where the compared group is behind it, the highest
     * number there is: nothing to correct.
     */
    private Reply compare(RemotingCommand request) {
        ExtFields ext = request.ext();
        String topic = ext.required("topic");
        String filtered = ext.get("filterGroups");
        Set<String> left = new HashSet<>(filtered == null ? List.of() : Arrays.asList(filtered.split(",", -1)));
        Map<Integer, Long> lowest = new TreeMap<>();
        for (String group : offsets.groupsOf(topic)) {
            if (!left.contains(group)) {
                offsets.of(group, topic).forEach((queue, offset) -> lowest.merge(queue, offset, Long::min));
            }
        }
        offsets.of(ext.required("compareGroup"), topic)
                .forEach((queue, offset) ->
                        lowest.computeIfPresent(queue, (id, low) -> low > offset ? Long.MAX_VALUE : low));
        return Reply.Now.ok(Json.encode(new Corrections(lowest)));
    }

    private static RequestException failed(String remark) {
        return new RequestException(ResponseCode.SYSTEM_ERROR, remark);
    }
}
