package io.firn.tableview;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which topic, and how it is read. Immutable.
 *
 * @param nameServers addresses as the client takes them: {@code host:port;host:port}
 * @param topic the topic; compacted, or at least one whose oldest messages are still there
 * @param group consumer group the client reads as; no offset is committed for it
 * @param keyProperty property that holds the key, {@code KEYS} unless the topic names another
 * @param batch most messages asked for at a time
 * @param state what is kept over a restart; null: nothing
 */
public record TableOptions(
        String nameServers,
        String topic,
        String group,
        String keyProperty,
        int batch,
        @Nullable State state) {

    /**
     * A file with the table and how far it was read.
     *
     * @param file where; replaced as a whole
     * @param saveEvery how often, beside the end
     * @param oldest an older file is not used: deletions it has not seen may be forgotten by now. At most the topic's
     *     {@code compaction.delete.retention.ms}, less the time to catch up
     */
    public record State(Path file, Duration saveEvery, Duration oldest) {}

    /** Checks the components. */
    public TableOptions {
        if (nameServers.isBlank() || topic.isBlank() || group.isBlank() || keyProperty.isBlank()) {
            throw new IllegalArgumentException("name servers, topic, group and key property must be given");
        }
        if (batch < 1) {
            throw new IllegalArgumentException("a batch has 1 message or more, not " + batch);
        }
    }

    /** The usual: keys in {@code KEYS}, group {@code TABLE_<topic>}, nothing kept over a restart. */
    public static TableOptions of(String nameServers, String topic) {
        return new TableOptions(nameServers, topic, "TABLE_" + topic, "KEYS", 32, null);
    }

    /** The same with a state file, saved each minute and used again for twelve hours. */
    public TableOptions keptIn(Path file) {
        State kept = new State(file, Duration.ofMinutes(1), Duration.ofHours(12));
        return new TableOptions(nameServers, topic, group, keyProperty, batch, kept);
    }

    /** The same with another group. */
    public TableOptions as(String otherGroup) {
        return new TableOptions(nameServers, topic, otherGroup, keyProperty, batch, state);
    }

    /** The same with keys in another property. */
    public TableOptions keyedBy(String property) {
        return new TableOptions(nameServers, topic, group, property, batch, state);
    }
}
