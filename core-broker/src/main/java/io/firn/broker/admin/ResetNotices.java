package io.firn.broker.admin;

import io.firn.broker.group.ConsumerGroup;
import io.firn.broker.group.Member;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.LanguageCode;
import io.firn.broker.wire.ProtocolVersion;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.MessageQueue;
import io.firn.broker.wire.body.ResetOffsetBody;
import io.firn.broker.wire.body.ResetOffsetListBody;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells the connected consumers of a group to go on from other offsets: code 220, one-way. Any thread. */
final class ResetNotices {

    private static final ExtKey TOPIC = ExtKey.of("topic");
    private static final ExtKey GROUP = ExtKey.of("group");
    private static final ExtKey TIMESTAMP = ExtKey.of("timestamp");
    private static final ExtKey IS_FORCE = ExtKey.of("isForce");

    private ResetNotices() {}

    /** What an operator wants: a group that is at a time in a topic; with {@code force} also where that is forward. */
    record Wish(String group, String topic, long timeMs, boolean force) {}

    /**
     * Tells all members, or none.
     *
     * @throws RequestException when none is connected, or one would not understand
     */
    static void send(Wish wish, @Nullable ConsumerGroup group, Map<MessageQueue, Long> offsets) {
        if (group == null || group.members().isEmpty()) {
            throw new RequestException(
                    ResponseCode.CONSUMER_NOT_ONLINE,
                    "Consumer not online, so can not reset offset, Group: " + wish.group + " Topic: " + wish.topic
                            + " Timestamp: " + wish.timeMs);
        }
        for (Member member : group.members()) {
            if (member.link().version() < ProtocolVersion.V3_0_7_SNAPSHOT) {
                throw new RequestException(
                        ResponseCode.SYSTEM_ERROR,
                        "consumer " + member + " is too old to be moved: protocol version "
                                + member.link().version());
            }
        }
        HeaderFields header = out -> {
            out.put(TOPIC, wish.topic);
            out.put(GROUP, wish.group);
            out.put(TIMESTAMP, wish.timeMs);
            out.put(IS_FORCE, wish.force);
        };
        for (Member member : group.members()) {
            member.link().connection().notify(RequestCode.RESET_CONSUMER_CLIENT_OFFSET, header, body(member, offsets));
        }
    }

    /** Clients in C++ read a list. */
    private static byte[] body(Member member, Map<MessageQueue, Long> offsets) {
        return member.link().language() == LanguageCode.CPP
                ? Json.encode(ResetOffsetListBody.of(offsets))
                : Json.encode(new ResetOffsetBody(offsets));
    }
}
