package io.firn.broker.produce;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.firn.broker.group.Members;
import io.firn.broker.record.HostAddress;
import io.firn.broker.runtime.Clock;
import io.firn.broker.server.Connection;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.SendHeader;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Hands a reply to the client that waits for it (code 326): the producer whose client id stands in the property
 * {@code REPLY_TO_CLIENT}. Any io thread.
 */
final class ReplyPush {

    private static final String REQUESTER = "REPLY_TO_CLIENT";
    private static final String PUSH_TIME = "PUSH_REPLY_TIME";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final ExtKey PRODUCER_GROUP = ExtKey.of("producerGroup");
    private static final ExtKey TOPIC = ExtKey.of("topic");
    private static final ExtKey DEFAULT_TOPIC = ExtKey.of("defaultTopic");
    private static final ExtKey DEFAULT_TOPIC_QUEUES = ExtKey.of("defaultTopicQueueNums");
    private static final ExtKey QUEUE_ID = ExtKey.of("queueId");
    private static final ExtKey SYS_FLAG = ExtKey.of("sysFlag");
    private static final ExtKey BORN_TIMESTAMP = ExtKey.of("bornTimestamp");
    private static final ExtKey FLAG = ExtKey.of("flag");
    private static final ExtKey PROPERTIES = ExtKey.of("properties");
    private static final ExtKey RECONSUME_TIMES = ExtKey.of("reconsumeTimes");
    private static final ExtKey UNIT_MODE = ExtKey.of("unitMode");
    private static final ExtKey BORN_HOST = ExtKey.of("bornHost");
    private static final ExtKey STORE_HOST = ExtKey.of("storeHost");
    private static final ExtKey STORE_TIMESTAMP = ExtKey.of("storeTimestamp");

    private final Members members;
    private final String storeHost;
    private final Clock clock;
    private final ReplyMetrics metrics;

    ReplyPush(Members members, HostAddress host, Clock clock, ReplyMetrics metrics) {
        this.members = members;
        this.storeHost = host.toString();
        this.clock = clock;
        this.metrics = metrics;
    }

    /**
     * Sends a reply on; it is read before this returns.
     *
     * @return completes, on any thread, with null when the requester took it, else with what to tell the replier; never
     *     fails
     */
    CompletableFuture<@Nullable String> push(SendRequest reply, RemotingCommand command) {
        String clientId = reply.property(REQUESTER);
        if (clientId == null) {
            return unclaimed("reply message properties[" + REQUESTER + "] is null");
        }
        Connection requester = members.producer(clientId);
        if (requester == null) {
            return unclaimed("push reply message fail, channel of <" + clientId + "> not found.");
        }
        return requester
                .call(RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT, header(reply), command.bodyBytes(), PATIENCE)
                .handle((answer, failure) -> taken(clientId, answer));
    }

    private CompletableFuture<@Nullable String> unclaimed(String why) {
        metrics.unclaimed.increment();
        return CompletableFuture.completedFuture(why);
    }

    private @Nullable String taken(String clientId, @Nullable RemotingCommand answer) {
        if (answer != null && answer.code() == ResponseCode.SUCCESS) {
            metrics.delivered.increment();
            return null;
        }
        metrics.undelivered.increment();
        return "push reply message to " + clientId + "fail.";
    }

    /** A copy of what is written later, on the requester's thread. */
    private HeaderFields header(SendRequest reply) {
        SendHeader header = reply.header();
        String group = header.producerGroup();
        String topic = reply.topic();
        String defaultTopic = header.defaultTopic();
        int defaultTopicQueues = header.defaultTopicQueueNums();
        int queueId = reply.queueId();
        int sysFlag = reply.sysFlag();
        int flag = reply.flag();
        int reconsumeTimes = reply.reconsumeTimes();
        boolean unitMode = header.unitMode();
        long bornTimestamp = reply.bornTimestamp();
        String bornHost = reply.bornHost().toString();
        long now = clock.millis();
        String properties = properties(reply.properties(), now);
        return out -> {
            out.put(PRODUCER_GROUP, group);
            out.put(TOPIC, topic);
            out.put(DEFAULT_TOPIC, defaultTopic);
            out.put(DEFAULT_TOPIC_QUEUES, defaultTopicQueues);
            out.put(QUEUE_ID, queueId);
            out.put(SYS_FLAG, sysFlag);
            out.put(BORN_TIMESTAMP, bornTimestamp);
            out.put(FLAG, flag);
            out.put(PROPERTIES, properties);
            out.put(RECONSUME_TIMES, reconsumeTimes);
            out.put(UNIT_MODE, unitMode);
            out.put(BORN_HOST, bornHost);
            out.put(STORE_HOST, storeHost);
            out.put(STORE_TIMESTAMP, now);
        };
    }

    private static String properties(PropertyLayout properties, long nowMs) {
        byte[] own = new byte[properties.length()];
        properties.copyTo(ByteBuffer.wrap(own));
        return new String(own, UTF_8) + PUSH_TIME + '\u0001' + nowMs + '\u0002';
    }
}
