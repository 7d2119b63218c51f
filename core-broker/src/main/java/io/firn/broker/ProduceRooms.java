package io.firn.broker;

import io.firn.broker.consume.PullHandler;
import io.firn.broker.log.LogFlusher;
import io.firn.broker.plugin.plane.DataPlane;
import io.firn.broker.produce.BrokerPuts;
import io.firn.broker.produce.ReplyHandler;
import io.firn.broker.produce.SendHandler;
import io.firn.broker.produce.SendRewrite;
import io.firn.broker.produce.WriteGate;
import io.firn.broker.record.HostAddress;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The ways into the log, joined to the store and to those who have a say: what clients send, what the broker itself
 * stores, and replies. Wired on the starting thread.
 *
 * @param host address clients reach this broker at
 * @param plane hooks of plugins, which all ways meet
 * @param gate refuses all of them while nothing may be stored
 */
record ProduceRooms(
        BrokerConfigs configs,
        StoreRooms store,
        PullHandler.Control control,
        HostAddress host,
        DataPlane plane,
        WriteGate gate,
        Clock clock,
        Metrics metrics) {

    /** {@code late} runs what had to wait for hooks. */
    BrokerPuts puts(@Nullable LogFlusher answers, Executor late) {
        return BrokerPuts.open(
                configs.sends(),
                new BrokerPuts.Stores(host, store.queues(), store.log().writer(), answers),
                new BrokerPuts.Ports(gate, plane.putHooks(), late),
                metrics);
    }

    SendHandler sends(@Nullable LogFlusher answers, SendRewrite rewrite) {
        return SendHandler.open(
                configs.sends(),
                new SendHandler.Stores(
                        host,
                        store.queues(),
                        store.log().writer(),
                        new SendHandler.Ports(gate, plane.throttle(), rewrite, plane.putHooks()),
                        answers),
                control.topics(),
                clock,
                metrics);
    }

    ReplyHandler replies(BrokerPuts puts) {
        return ReplyHandler.open(
                configs.replies(),
                configs.sends(),
                new ReplyHandler.Ways(host, control.topics(), control.groups().members(), puts),
                clock,
                metrics);
    }
}
