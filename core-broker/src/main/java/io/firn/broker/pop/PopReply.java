package io.firn.broker.pop;

import io.firn.broker.server.Reply;
import io.firn.broker.server.ReplyBody;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.ExtWriter;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.ResponseCode;

/**
 * The answer to a pop. Four fields are in every one, also in those without messages: clients can not do without.
 *
 * @param rest how many messages are left for the group, about
 */
record PopReply(
        int code,
        String remark,
        long popTimeMs,
        long invisibleMs,
        int reviveQueue,
        long rest,
        String starts,
        String offsets,
        ReplyBody body)
        implements Reply.Now, HeaderFields {

    private static final ExtKey POP_TIME = ExtKey.of("popTime");
    private static final ExtKey INVISIBLE_TIME = ExtKey.of("invisibleTime");
    private static final ExtKey REVIVE_QUEUE = ExtKey.of("reviveQid");
    private static final ExtKey REST = ExtKey.of("restNum");
    private static final ExtKey STARTS = ExtKey.of("startOffsetInfo");
    private static final ExtKey OFFSETS = ExtKey.of("msgOffsetInfo");

    /** No messages. */
    static PopReply without(int code, String remark) {
        return new PopReply(code, remark, 0, 0, 0, 0, "", "", ReplyBody.EMPTY);
    }

    static PopReply timeout() {
        return without(ResponseCode.POLLING_TIMEOUT, "NO_MESSAGE_IN_QUEUE");
    }

    @Override
    public HeaderFields header() {
        return this;
    }

    @Override
    public void writeTo(ExtWriter out) {
        out.put(POP_TIME, popTimeMs);
        out.put(INVISIBLE_TIME, invisibleMs);
        out.put(REVIVE_QUEUE, reviveQueue);
        out.put(REST, rest);
        if (!starts.isEmpty()) {
            out.put(STARTS, starts);
            out.put(OFFSETS, offsets);
        }
    }
}
