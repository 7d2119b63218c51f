package io.firn.broker.consume;

import io.firn.broker.group.QueueLocks;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.body.LockReplyBody;
import io.firn.broker.wire.body.LockRequestBody;

/** Queues that one member alone may read, for consuming in order: codes 41 and 42. Runs on io threads. */
public final class LockHandler {

    private final QueueLocks locks;

    /** Serves these locks. */
    public LockHandler(QueueLocks locks) {
        this.locks = locks;
    }

    /** Adds this handler's codes to the request table. */
    public void addTo(RequestRouter.Builder table) {
        table.route(RequestCode.LOCK_BATCH_MQ, (request, from) -> lock(request))
                .route(RequestCode.UNLOCK_BATCH_MQ, (request, from) -> unlock(request));
    }

    private Reply lock(RemotingCommand request) {
        LockRequestBody body = Json.decode(request.bodyBytes(), LockRequestBody.class);
        return Reply.Now.ok(
                Json.encode(new LockReplyBody(locks.lock(body.consumerGroup(), body.clientId(), body.mqSet()))));
    }

    private Reply unlock(RemotingCommand request) {
        LockRequestBody body = Json.decode(request.bodyBytes(), LockRequestBody.class);
        locks.unlock(body.consumerGroup(), body.clientId(), body.mqSet());
        return Reply.Now.ok();
    }
}
