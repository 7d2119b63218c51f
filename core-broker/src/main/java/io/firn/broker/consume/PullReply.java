package io.firn.broker.consume;

import io.firn.broker.queue.ReadOutcome;
import io.firn.broker.server.Reply;
import io.firn.broker.server.ReplyBody;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.ExtWriter;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.ResponseCode;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a pull: the outcome of the read in RocketMQ's codes, with the four offsets clients can not do without.
 */
record PullReply(PullRequest request, int code, @Nullable String remark, long next, ReadOutcome outcome, ReplyBody body)
        implements Reply.Now, HeaderFields {

    private static final ExtKey NEXT_BEGIN_OFFSET = ExtKey.of("nextBeginOffset");
    private static final ExtKey MIN_OFFSET = ExtKey.of("minOffset");
    private static final ExtKey MAX_OFFSET = ExtKey.of("maxOffset");
    private static final ExtKey SUGGESTED_BROKER = ExtKey.of("suggestWhichBrokerId");
    private static final ExtKey TOPIC_SYS_FLAG = ExtKey.of("topicSysFlag");
    private static final ExtKey GROUP_SYS_FLAG = ExtKey.of("groupSysFlag");

    /** What the client is told of an outcome. Takes over the slices of {@link ReadOutcome.Found}. */
    static PullReply of(PullRequest request, ReadOutcome outcome) {
        long asked = request.read().offset();
        return switch (outcome) {
            case ReadOutcome.Found found ->
                new PullReply(
                        request,
                        ResponseCode.SUCCESS,
                        "FOUND",
                        found.nextOffset(),
                        found,
                        new SlicesBody(found.slices()));
            case ReadOutcome.Filtered filtered ->
                empty(
                        request,
                        ResponseCode.PULL_RETRY_IMMEDIATELY,
                        "NO_MATCHED_MESSAGE",
                        filtered.nextOffset(),
                        filtered);
            case ReadOutcome.AtEnd end ->
                empty(request, ResponseCode.PULL_NOT_FOUND, "OFFSET_OVERFLOW_ONE", end.offset(), end);
            case ReadOutcome.OutOfRange moved ->
                empty(request, ResponseCode.PULL_OFFSET_MOVED, remark(moved.side()), moved.nextOffset(), moved);
            case ReadOutcome.TryAgain again ->
                empty(request, ResponseCode.PULL_RETRY_IMMEDIATELY, remark(again), again.offset(), again);
            case ReadOutcome.Elsewhere elsewhere -> throw new IllegalStateException("not read: " + elsewhere);
            case ReadOutcome.Empty none -> nothing(request, "NO_MESSAGE_IN_QUEUE", asked, none);
            case ReadOutcome.NoQueue none -> nothing(request, "NO_MATCHED_LOGIC_QUEUE", asked, none);
        };
    }

    /** An operator moved the group: the client is sent to the new offset. */
    static PullReply moved(PullRequest request, long offset) {
        ReadOutcome.OutOfRange outcome = new ReadOutcome.OutOfRange(offset, ReadOutcome.Side.TOO_SMALL, offset, offset);
        return empty(request, ResponseCode.PULL_OFFSET_MOVED, "OFFSET_RESET", offset, outcome);
    }

    private static String remark(ReadOutcome.Side side) {
        return side == ReadOutcome.Side.TOO_SMALL ? "OFFSET_TOO_SMALL" : "OFFSET_OVERFLOW_BADLY";
    }

    private static String remark(ReadOutcome.TryAgain again) {
        return again.brokerId() == ReadOutcome.TryAgain.SAME_BROKER
                ? "OLD_MESSAGES_NOT_READY"
                : "ASK_BROKER_" + again.brokerId();
    }

    private static PullReply nothing(PullRequest request, String status, long asked, ReadOutcome outcome) {
        int code = asked == 0 ? ResponseCode.PULL_NOT_FOUND : ResponseCode.PULL_OFFSET_MOVED;
        return empty(request, code, status, 0, outcome);
    }

    private static PullReply empty(PullRequest request, int code, String status, long next, ReadOutcome outcome) {
        return new PullReply(request, code, status, next, outcome, ReplyBody.EMPTY);
    }

    @Override
    public HeaderFields header() {
        return this;
    }

    @Override
    public void writeTo(ExtWriter out) {
        out.put(NEXT_BEGIN_OFFSET, next);
        out.put(MIN_OFFSET, outcome.minOffset());
        out.put(MAX_OFFSET, outcome.maxOffset());
        out.put(SUGGESTED_BROKER, suggestedBroker());
        out.put(TOPIC_SYS_FLAG, request.topicSysFlag());
        out.put(GROUP_SYS_FLAG, request.groupSysFlag());
        if (outcome instanceof ReadOutcome.Found found
                && !found.slices().fields().isEmpty()) {
            found.slices().fields().forEach((name, value) -> out.put(ExtKey.of(name), value));
        }
    }

    private long suggestedBroker() {
        return outcome instanceof ReadOutcome.TryAgain again && again.brokerId() != ReadOutcome.TryAgain.SAME_BROKER
                ? again.brokerId()
                : request.suggestedBroker();
    }
}
