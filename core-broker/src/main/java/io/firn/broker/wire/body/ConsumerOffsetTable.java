package io.firn.broker.wire.body;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Committed offsets: reply to 43 and the file of that name.
 *
 * @param offsetTable {@code topic@group} to queue id to the next offset to consume
 */
public record ConsumerOffsetTable(
        Map<String, Map<Integer, Long>> offsetTable,
        @Nullable DataVersion dataVersion) {
    public ConsumerOffsetTable {
        offsetTable = Absent.map(offsetTable);
    }
}
