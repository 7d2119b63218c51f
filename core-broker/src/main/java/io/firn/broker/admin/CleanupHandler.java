package io.firn.broker.admin;

import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.RequestCode;
import java.util.concurrent.Executor;

/** Frees disk space on request: codes 306, 316 and 329. The answer says that it was asked for, not that it is done. */
final class CleanupHandler {

    private final Cleanup cleanup;

    CleanupHandler(Cleanup cleanup) {
        this.cleanup = cleanup;
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE, pool, (request, from) -> {
                    cleanup.dropExpiredQueueFiles();
                    return Reply.Now.ok();
                })
                .route(RequestCode.DELETE_EXPIRED_COMMITLOG, pool, (request, from) -> {
                    cleanup.dropExpiredSegments();
                    return Reply.Now.ok();
                })
                // the queues of a deleted topic go with it: none is ever left unused
                .route(RequestCode.CLEAN_UNUSED_TOPIC, pool, (request, from) -> Reply.Now.ok());
    }
}
