package io.firn.broker.produce;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.SysFlag;
import io.firn.broker.runtime.Clock;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicName;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a send must satisfy before any state moves, and what the broker adds to a single message. Checks are in
 * RocketMQ's order: the first that fails answers. Any io thread.
 */
final class SendRules {

    static final PropertyName UNIQUE_KEY = PropertyName.of("UNIQ_KEY");
    private static final PropertyName POP_RECEIPT = PropertyName.of("POP_CK");
    private static final PropertyName DELAY_LEVEL = PropertyName.of("DELAY");
    private static final PropertyName TRANSACTIONAL = PropertyName.of("TRAN_MSG");
    private static final PropertyName PRODUCER_GROUP = PropertyName.of("PGROUP");
    private static final byte[] TRUE = "true".getBytes(US_ASCII);
    private static final PropertyName TIMER_SLOT = PropertyName.of("TIMER_OUT_MS");
    private static final List<PropertyName> TIMER_KEYS = List.of(
            PropertyName.of("TIMER_DELAY_SEC"), PropertyName.of("TIMER_DELAY_MS"), PropertyName.of("TIMER_DELIVER_MS"));

    private final SendConfig config;
    private final UniqueIds uniqueIds;
    private final byte[] regionEntry;
    private final byte[] traceEntry;
    private final byte[] clusterEntry;

    SendRules(SendConfig config, HostAddress host, Clock clock) {
        this.config = config;
        this.uniqueIds = new UniqueIds(host.toSocketAddress().getAddress(), clock);
        this.regionEntry = PropertyLayout.entry("MSG_REGION", config.region());
        this.traceEntry = PropertyLayout.entry("TRACE_ON", Boolean.toString(config.trace() == SendConfig.Tracing.ON));
        this.clusterEntry = PropertyLayout.entry("CLUSTER", config.clusterName());
    }

    /** Checks the name of a topic before it is looked up or created. */
    void checkName(String topic) {
        TopicName.validate(topic);
        if (!TopicName.isOpenToProducers(topic)) {
            throw new RequestException(
                    ResponseCode.NO_PERMISSION, "sending to the system topic [" + topic + "] is forbidden");
        }
    }

    /** Checks the message against its topic, and settles its queue. */
    void check(SendRequest request, Topic topic) {
        chooseQueue(request, topic);
        if (request.bodyLength() == 0) {
            throw new RequestException(ResponseCode.MESSAGE_ILLEGAL, "the message body is empty");
        }
        if (request.bodyLength() > config.maxBodySize().toBytes()) {
            throw new RequestException(
                    ResponseCode.MESSAGE_ILLEGAL,
                    "the message body has " + request.bodyLength() + " bytes, more than maxMessageSize "
                            + config.maxBodySize().toBytes());
        }
        checkPropertiesLength(request.header().propertiesLength());
        checkKind(request);
    }

    /** Whether it is the first half of a transaction: what a consumer sends back is not, though it was one. */
    static boolean isHalf(SendRequest request) {
        return request.reconsumeTimes() == 0 && request.properties().has(TRANSACTIONAL, TRUE);
    }

    /** Adds what the broker stores with every single message. */
    void complete(PropertyLayout properties) {
        properties.remove(POP_RECEIPT);
        if (!properties.has(UNIQUE_KEY)) {
            properties.add(uniqueIds.nextEntry());
        }
        properties.add(regionEntry);
        properties.add(traceEntry);
        properties.add(clusterEntry);
        checkPropertiesLength(properties.length());
    }

    private static void checkPropertiesLength(int length) {
        if (length > RecordLayout.MAX_PROPERTIES) {
            throw new RequestException(
                    ResponseCode.MESSAGE_ILLEGAL,
                    "the message's properties take " + length + " bytes, more than " + RecordLayout.MAX_PROPERTIES);
        }
    }

    private static void chooseQueue(SendRequest request, Topic topic) {
        int queues = Math.max(topic.readQueues(), topic.writeQueues());
        int asked = request.queueId();
        if (asked >= queues) {
            throw new RequestException(
                    ResponseCode.INVALID_PARAMETER,
                    "queueId " + asked + " is not below the " + queues + " queues of topic [" + topic.name() + "]");
        }
        if (asked < 0) {
            request.chooseQueue(ThreadLocalRandom.current().nextInt(Math.max(1, topic.writeQueues())));
        }
    }

    /** Kinds of messages that mean more than "store this" are refused rather than stored as if they did not. */
    private static void checkKind(SendRequest request) {
        PropertyLayout properties = request.properties();
        if (isHalf(request)) {
            checkHalf(request);
            return;
        }
        if (SysFlag.transaction(request.sysFlag()) != SysFlag.TRANSACTION_NONE) {
            throw new RequestException(
                    ResponseCode.MESSAGE_ILLEGAL,
                    "the message's sysFlag " + request.sysFlag()
                            + " says transactional, but it is no first half with property TRAN_MSG=true");
        }
        boolean delayed = delayLevel(properties) > 0;
        if (request.isBatch() && (delayed || isTimed(properties))) {
            throw new RequestException(
                    ResponseCode.MESSAGE_ILLEGAL, "a batch can not be " + (delayed ? "delayed" : "timed"));
        }
        if (request.isBatch() && TopicName.isRetry(request.topic())) {
            throw new RequestException(
                    ResponseCode.MESSAGE_ILLEGAL,
                    "a batch can not be sent to the retry topic [" + request.topic() + "]");
        }
    }

    private static void checkHalf(SendRequest request) {
        if (request.isBatch()) {
            throw new RequestException(ResponseCode.MESSAGE_ILLEGAL, "a batch can not be transactional");
        }
        if (!request.properties().has(PRODUCER_GROUP)) {
            throw new RequestException(
                    ResponseCode.MESSAGE_ILLEGAL,
                    "a transactional message needs its producer group in the property PGROUP");
        }
    }

    /** Whether it names a time and was not put aside for it before. */
    static boolean isTimed(PropertyLayout properties) {
        for (int i = 0; i < TIMER_KEYS.size(); i++) {
            if (properties.has(TIMER_KEYS.get(i))) {
                return !properties.has(TIMER_SLOT);
            }
        }
        return false;
    }

    /** Property {@code DELAY}; 0 without one. */
    static int delayLevel(PropertyLayout properties) {
        try {
            return properties.number(DELAY_LEVEL);
        } catch (NumberFormatException e) {
            throw new RequestException(
                    ResponseCode.MESSAGE_ILLEGAL,
                    "property DELAY of the message is not a level such as 3: " + e.getMessage());
        }
    }
}
