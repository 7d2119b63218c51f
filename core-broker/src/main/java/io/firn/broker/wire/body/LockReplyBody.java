package io.firn.broker.wire.body;

import java.util.List;

/** Reply to 41: the queues that the client holds now. */
public record LockReplyBody(List<MessageQueue> lockOKMQSet) {
    public LockReplyBody {
        lockOKMQSet = Absent.list(lockOKMQSet);
    }
}
