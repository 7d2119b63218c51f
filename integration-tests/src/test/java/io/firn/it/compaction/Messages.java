package io.firn.it.compaction;

import io.firn.it.driver.Line;
import java.util.List;

/** Looks at messages as drivers print them. */
final class Messages {

    /** What a pull puts into a message beside what was stored, and what the conversation with the driver adds. */
    private static final String OF_THE_READ =
            "(MIN|MAX)_OFFSET\1[^\2]*\2|INSTANCE_ID\1[^\2]*\2|CONSUME_START_TIME\1[^\2]*\2";

    private Messages() {}

    /** Everything that must be the same whoever reads a message, and whenever. */
    static List<String> identities(List<Line> messages) {
        return messages.stream().map(Messages::identity).toList();
    }

    private static String identity(Line message) {
        return String.join(
                "|",
                message.get("queue"),
                message.get("offset"),
                message.get("position"),
                message.get("msgId"),
                message.get("keys"),
                message.get("tags"),
                message.get("id"),
                message.get("size"),
                message.get("intact"),
                message.get("flag"),
                message.get("storeTime"),
                message.get("bornHost"),
                message.get("properties").replaceAll(OF_THE_READ, ""));
    }

    static List<Long> offsets(List<Line> messages) {
        return messages.stream().map(message -> message.number("offset")).toList();
    }
}
