package io.firn.broker;

import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.server.Patience;
import io.firn.broker.server.PatienceConfig;
import io.firn.broker.wire.RequestCode;
import java.util.concurrent.Executor;

/** Which limit holds for which request code: how long one waits before it is refused. Queries wait for ever. */
final class WaitingLimits {

    private WaitingLimits() {}

    /** {@code operators} serves what operators ask. */
    static Patience of(PatienceConfig limits, Executor operators, Clock clock, Metrics metrics) {
        Patience patience = Patience.open(clock, metrics);
        if (!limits.active()) {
            return patience;
        }
        return patience.limit(
                        limits.send(),
                        RequestCode.SEND_MESSAGE,
                        RequestCode.SEND_MESSAGE_V2,
                        RequestCode.SEND_BATCH_MESSAGE,
                        RequestCode.SEND_REPLY_MESSAGE,
                        RequestCode.SEND_REPLY_MESSAGE_V2)
                .limit(limits.pull(), RequestCode.PULL_MESSAGE, RequestCode.LITE_PULL_MESSAGE)
                .limit(limits.heartbeat(), RequestCode.HEART_BEAT)
                .limit(limits.transaction(), RequestCode.END_TRANSACTION)
                .limit(
                        limits.ack(),
                        RequestCode.ACK_MESSAGE,
                        RequestCode.BATCH_ACK_MESSAGE,
                        RequestCode.CHANGE_MESSAGE_INVISIBLETIME)
                .limit(limits.admin(), operators);
    }
}
