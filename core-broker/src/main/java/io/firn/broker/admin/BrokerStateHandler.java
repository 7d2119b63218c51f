package io.firn.broker.admin;

import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.body.KvTableBody;
import java.util.List;
import java.util.concurrent.Executor;

/** Shows what the broker does and how far its log is: codes 28 and 907. */
final class BrokerStateHandler {

    private final BrokerRooms rooms;
    private final RuntimeTable runtime;

    BrokerStateHandler(BrokerRooms rooms, Traffic traffic) {
        this.rooms = rooms;
        this.runtime = new RuntimeTable(rooms, traffic);
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(
                        RequestCode.GET_BROKER_RUNTIME_INFO,
                        pool,
                        (request, from) -> Reply.Now.ok(Json.encode(new KvTableBody(runtime.build()))))
                .route(RequestCode.GET_BROKER_HA_STATUS, pool, (request, from) -> replication());
    }

    /** Body of 907 for a primary without replicas. */
    record Replication(
            boolean master,
            long masterCommitLogMaxOffset,
            int inSyncSlaveNums,
            List<String> haConnectionInfo,
            Replica haClientRuntimeInfo) {}

    /** What a replica would say; all zero. */
    record Replica(
            long lastReadTimestamp,
            long lastWriteTimestamp,
            long masterFlushOffset,
            long maxOffset,
            long transferredByteInSecond) {}

    private Reply replication() {
        long end = rooms.stored().log().appended().get();
        return Reply.Now.ok(Json.encode(new Replication(true, end, 0, List.of(), new Replica(0, 0, 0, 0, 0))));
    }
}
