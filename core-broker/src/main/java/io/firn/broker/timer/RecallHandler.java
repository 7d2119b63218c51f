package io.firn.broker.timer;

import io.firn.broker.log.FlushWaiter;
import io.firn.broker.log.LogFlusher;
import io.firn.broker.runtime.Clock;
import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * RECALL_MESSAGE (370): a message that waits for its time is not to come. What is stored is a mark in the slot of the
 * message; whether there is such a message is not known before that slot's time. On io threads.
 */
final class RecallHandler {

    private static final ExtKey MESSAGE_ID = ExtKey.of("msgId");

    private final TimerConfig config;
    private final TopicRegistry topics;
    private final Recalls recalls;
    private final Clock clock;

    /**
     * What is done about a recall.
     *
     * @param announce called before a mark is stored; must not block
     * @param appends stores it
     * @param flusher asked before an answer when answers promise the disk; null when they do not
     */
    record Recalls(
            Runnable announce, Appends appends, @Nullable LogFlusher flusher) {}

    RecallHandler(TimerConfig config, TopicRegistry topics, Recalls recalls, Clock clock) {
        this.config = config;
        this.topics = topics;
        this.recalls = recalls;
        this.clock = clock;
    }

    /** Adds this handler's code to the request table. */
    void addTo(RequestRouter.Builder table) {
        table.route(RequestCode.RECALL_MESSAGE, this::recall);
    }

    private Reply recall(RemotingCommand request, Connection from) {
        if (config.recalls() == TimerConfig.Acceptance.REFUSED) {
            throw new RequestException(
                    ResponseCode.NO_PERMISSION, "this broker recalls no messages: recallMessageEnable is false");
        }
        if (config.acceptance() == TimerConfig.Acceptance.REFUSED) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR, "this broker has no timed messages: timerWheelEnable is false");
        }
        ExtFields ext = request.ext();
        String topic = ext.required("topic");
        if (topics.find(topic) == null) {
            throw new RequestException(ResponseCode.TOPIC_NOT_EXIST, "the topic [" + topic + "] does not exist");
        }
        RecallHandle handle = RecallHandle.parse(ext.required("recallHandle"));
        long now = clock.millis();
        check(handle, topic, now);
        String group = ext.get("producerGroup");
        recalls.announce.run();
        long position = recalls.appends.own(new RecallMark(
                handle, config.slotFor(handle.dueMs()), group == null ? "" : group, from.bornHost(), now));
        Reply.Now answer = Reply.Now.ok(out -> out.put(MESSAGE_ID, handle.uniqueKey()));
        return LaterReply.to(request, from, safe(position, answer));
    }

    private void check(RecallHandle handle, String topic, long now) {
        if (!handle.topic().equals(topic)) {
            throw refused("it is for the topic [" + handle.topic() + "], not [" + topic + "]");
        }
        if (!handle.brokerName().equals(config.brokerName())) {
            throw refused("it is for the broker " + handle.brokerName() + ", this is " + config.brokerName());
        }
        long left = handle.dueMs() - now;
        if (left <= 0) {
            throw refused("its message was due at " + handle.dueMs() + ", which is past");
        }
        if (left > config.longest().toMillis()) {
            throw refused("no message is due at " + handle.dueMs() + ", that is later than timerMaxDelaySec allows");
        }
    }

    private static RequestException refused(String reason) {
        return new RequestException(ResponseCode.ILLEGAL_OPERATION, "the recall handle is of no use: " + reason);
    }

    /** The answer, once the disk has the mark, when that is promised. */
    private CompletableFuture<Reply.Now> safe(long position, Reply.Now answer) {
        LogFlusher force = recalls.flusher;
        if (force == null) {
            return CompletableFuture.completedFuture(answer);
        }
        CompletableFuture<Reply.Now> later = new CompletableFuture<>();
        force.whenFlushed(position + 1, new FlushWaiter() {
            @Override
            public void flushed() {
                later.complete(answer);
            }

            @Override
            public void timedOut() {
                later.complete(
                        Reply.Now.of(ResponseCode.FLUSH_DISK_TIMEOUT, "the disk did not take the recall in time"));
            }

            @Override
            public void failed(Throwable cause) {
                later.completeExceptionally(cause);
            }
        });
        return later;
    }
}
