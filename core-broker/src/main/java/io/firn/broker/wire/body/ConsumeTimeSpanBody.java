package io.firn.broker.wire.body;

import java.util.List;

/** Reply to 303: what time each queue and its consumers have reached. */
public record ConsumeTimeSpanBody(List<QueueTimeSpan> consumeTimeSpanSet) {
    public ConsumeTimeSpanBody {
        consumeTimeSpanSet = Absent.list(consumeTimeSpanSet);
    }
}
