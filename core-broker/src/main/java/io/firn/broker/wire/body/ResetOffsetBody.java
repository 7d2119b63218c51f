package io.firn.broker.wire.body;

import java.util.Map;

/** Reply to 222 and push 220: offsets to go on from. */
public record ResetOffsetBody(Map<MessageQueue, Long> offsetTable) {
    public ResetOffsetBody {
        offsetTable = Absent.map(offsetTable);
    }
}
