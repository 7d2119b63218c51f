package io.firn.broker.topic;

import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    static Map<String, String> initial(AttributeUpdate update, AddedRules added) {
        if (!update.removed().isEmpty()) {
            throw invalid("attributes " + update.removed() + " cannot be removed from a topic that does not exist yet");
        }
        update.set().forEach((name, value) -> checkValue(name, value, added));
        return update.set();
    }

    /** The attributes of an existing topic after a change. */
    static Map<String, String> altered(Map<String, String> current, AttributeUpdate update, AddedRules added) {
        if (update.equals(AttributeUpdate.NONE)) {
            return current;
        }
        Map<String, String> next = new HashMap<>(current);
        update.set().forEach((name, value) -> {
            checkValue(name, value, added);
            if (!value.equals(next.put(name, value))) {
                checkChangeable(name, added);
            }
        });
        for (String name : update.removed()) {
            if (!current.containsKey(name)) {
                checkKnown(name, added);
            }
            checkChangeable(name, added);
            if (next.remove(name) == null) {
                throw invalid("attribute " + name + " cannot be removed: the topic does not have it");
            }
        }
        return next;
    }

    /** Whether the broker itself has an attribute of that name. */
    static boolean isOwn(String name) {
        return CHOICES.containsKey(name) || NUMBERS.contains(name);
    }

    private static void checkKnown(String name, AddedRules added) {
        if (!isOwn(name) && added.find(name) == null) {
            throw invalid("unknown topic attribute " + name + ": known are " + CHOICES.keySet() + ", " + NUMBERS
                    + " and of plugins " + added.names());
        }
    }

    private static void checkChangeable(String name, AddedRules added) {
        AddedRules.Attribute extra = added.find(name);
        if (FIXED.contains(name) || (extra != null && extra.change() == AddedRules.Change.REFUSED)) {
            throw invalid("attribute " + name + " of an existing topic cannot change: it decides how it is stored");
        }
    }

    private static void checkValue(String name, String value, AddedRules added) {
        checkKnown(name, added);
        AddedRules.Attribute extra = added.find(name);
        if (extra != null) {
            String problem = extra.problem().apply(value);
            if (problem != null) {
                throw invalid(problem);
            }
            return;
        }
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

    /** Asks the added checks about the topic as it would be. */
    static Topic checked(@Nullable Topic before, Topic after, AddedRules added) {
        String problem = added.problem(before, after);
        if (problem != null) {
            throw invalid(problem);
        }
        return after;
    }

    private static RequestException invalid(String remark) {
        return new RequestException(ResponseCode.INVALID_PARAMETER, remark);
    }
}
