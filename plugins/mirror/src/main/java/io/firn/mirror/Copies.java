package io.firn.mirror;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.rocketmq.common.MQVersion;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageConst;
import org.apache.rocketmq.common.message.MessageDecoder;
import org.apache.rocketmq.common.message.MessageExt;
import org.jspecify.annotations.Nullable;

/**
 * Makes the message that is sent from the one that is stored: body (unpacked; the client packs it again), flag and
 * properties with the client's id among them, without what this cluster's brokers and groups have noted. Immutable.
 */
final class Copies {

    /** Where the message stood: {@code broker/topic/queue/offset}, so that who must can tell doubles. */
    static final String ORIGIN = "MIRROR_ORIGIN";

    /** Orders to a broker that were carried out here, and notes of brokers and consumers of this cluster. */
    private static final Set<String> LEFT_BEHIND = Set.of(
            MessageConst.PROPERTY_DELAY_TIME_LEVEL,
            MessageConst.PROPERTY_TIMER_DELAY_SEC,
            MessageConst.PROPERTY_TIMER_DELAY_MS,
            MessageConst.PROPERTY_TIMER_DELIVER_MS,
            MessageConst.PROPERTY_TIMER_DEL_UNIQKEY,
            MessageConst.PROPERTY_TIMER_ENQUEUE_MS,
            MessageConst.PROPERTY_TIMER_DEQUEUE_MS,
            MessageConst.PROPERTY_TIMER_ROLL_TIMES,
            MessageConst.PROPERTY_TIMER_OUT_MS,
            MessageConst.PROPERTY_TRANSACTION_PREPARED,
            MessageConst.PROPERTY_TRANSACTION_PREPARED_QUEUE_OFFSET,
            MessageConst.PROPERTY_TRANSACTION_CHECK_TIMES,
            MessageConst.PROPERTY_PRODUCER_GROUP,
            MessageConst.PROPERTY_REAL_TOPIC,
            MessageConst.PROPERTY_REAL_QUEUE_ID,
            MessageConst.PROPERTY_RETRY_TOPIC,
            MessageConst.PROPERTY_ORIGIN_MESSAGE_ID,
            MessageConst.PROPERTY_RECONSUME_TIME,
            MessageConst.PROPERTY_MAX_RECONSUME_TIMES,
            MessageConst.PROPERTY_CONSUME_START_TIMESTAMP,
            MessageConst.PROPERTY_INNER_MULTI_DISPATCH,
            MessageConst.PROPERTY_INNER_MULTI_QUEUE_OFFSET,
            MessageConst.PROPERTY_CLUSTER,
            MessageConst.PROPERTY_CRC32,
            MessageConst.PROPERTY_WAIT_STORE_MSG_OK);

    private final String cluster;
    private final String broker;

    /** The version of the stock client that the plugin brings along. */
    static String clientVersion() {
        return MQVersion.getVersionDesc(MQVersion.CURRENT_VERSION);
    }

    /** Of messages that stand in this cluster and broker. */
    Copies(String cluster, String broker) {
        this.cluster = cluster;
        this.broker = broker;
    }

    /**
     * The message to send, to a topic of this name.
     *
     * @return null when it has no body: clients refuse to send such a message
     * @throws IllegalStateException when the stored bytes can not be read
     */
    @Nullable
    Message of(Stored stored, String topic) {
        MessageExt found = MessageDecoder.decode(ByteBuffer.wrap(stored.record()), true, true);
        if (found == null) {
            throw new IllegalStateException("the message at " + stored.position() + " of " + stored.queue()
                    + " can not be read: its body is damaged or compressed in an unknown way");
        }
        byte[] body = found.getBody();
        if (body == null || body.length == 0) {
            return null;
        }
        Map<String, String> properties = new HashMap<>();
        if (found.getProperties() != null) {
            properties.putAll(found.getProperties());
        }
        properties.keySet().removeAll(LEFT_BEHIND);
        properties.put(Trail.PROPERTY, Trail.extended(properties.get(Trail.PROPERTY), cluster));
        properties.put(ORIGIN, broker + "/" + stored.queue() + "/" + found.getQueueOffset());
        Message copy = new Message(topic, body);
        copy.setFlag(found.getFlag());
        MessageAccessor.setProperties(copy, properties);
        return copy;
    }
}
