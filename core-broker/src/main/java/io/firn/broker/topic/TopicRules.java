package io.firn.broker.topic;

import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What a topic's numbers and attributes may be. Refusals are INVALID_PARAMETER with the reason. Any thread. */
final class TopicRules {

    /** Queues a topic may have; the fields of the wire would allow more than a broker can hold. */
    static final int MAX_QUEUES = 65_536;

    private static final int PERM_LIMIT = 8;

    private static final Map<String, Set<String>> CHOICES = Map.of(
            "queue.type",
            Set.of("SimpleCQ", "BatchCQ"),
            "cleanup.policy",
            Set.of("DELETE", "COMPACTION"),
            "message.type",
            Set.of("UNSPECIFIED", "NORMAL", "FIFO", "DELAY", "TRANSACTION", "PRIORITY", "LITE", "MIXED"));

    private static final Set<String> NUMBERS = Set.of("reserve.time", "lite.topic.expiration");

    /** Attributes that decide how a topic is stored and so cannot change while it exists. */
    private static final Set<String> FIXED = Set.of("queue.type", "cleanup.policy");

    private TopicRules() {}

    /** Checks name and numbers of a topic that a client asks for. */
    static void check(Topic topic) {
        TopicName.validate(topic.name());
        checkQueues(topic.name(), "readQueueNums", topic.readQueues());
        checkQueues(topic.name(), "writeQueueNums", topic.writeQueues());
        if (topic.perm() < 0 || topic.perm() >= PERM_LIMIT) {
            throw invalid("perm of topic " + topic.name() + " is " + topic.perm()
                    + ": expected a sum of 4 (read), 2 (write) and 1 (inherit)");
        }
    }

    private static void checkQueues(String topic, String field, int queues) {
        if (queues < 0 || queues > MAX_QUEUES) {
            throw invalid(field + " of topic " + topic + " is " + queues + ": expected 0.." + MAX_QUEUES);
        }
    }

    /** The attributes of a new topic. */
    static Map<String, String> initial(AttributeUpdate update) {
        if (!update.removed().isEmpty()) {
            throw invalid("attributes " + update.removed() + " cannot be removed from a topic that does not exist yet");
        }
        update.set().forEach(TopicRules::checkValue);
        return update.set();
    }

    /** The attributes of an existing topic after a change. */
    static Map<String, String> altered(Map<String, String> current, AttributeUpdate update) {
        if (update.equals(AttributeUpdate.NONE)) {
            return current;
        }
        Map<String, String> next = new HashMap<>(current);
        update.set().forEach((name, value) -> {
            checkValue(name, value);
            if (!value.equals(next.put(name, value))) {
                checkChangeable(name);
            }
        });
        for (String name : update.removed()) {
            checkKnown(name);
            checkChangeable(name);
            if (next.remove(name) == null) {
                throw invalid("attribute " + name + " cannot be removed: the topic does not have it");
            }
        }
        return next;
    }

    private static void checkKnown(String name) {
        if (!CHOICES.containsKey(name) && !NUMBERS.contains(name)) {
            throw invalid("unknown topic attribute " + name + ": known are " + CHOICES.keySet() + " and " + NUMBERS);
        }
    }

    private static void checkChangeable(String name) {
        if (FIXED.contains(name)) {
            throw invalid("attribute " + name + " of an existing topic cannot change: it decides how it is stored");
        }
    }

    private static void checkValue(String name, String value) {
        checkKnown(name);
        Set<String> choices = CHOICES.get(name);
        if (choices != null ? !choices.contains(value) : !isPeriod(value)) {
            throw invalid("attribute " + name + " is '" + value + "': expected "
                    + (choices != null ? "one of " + choices : "a number from -1 up"));
        }
    }

    private static boolean isPeriod(String value) {
        try {
            return Long.parseLong(value) >= -1;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static RequestException invalid(String remark) {
        return new RequestException(ResponseCode.INVALID_PARAMETER, remark);
    }
}
