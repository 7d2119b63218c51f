package io.firn.broker.server;

import io.firn.broker.runtime.ConfigView;
import java.time.Duration;

/**
 * How long requests may wait before they are served.
 *
 * @param active false: however long they like
 * @param send sends and replies
 * @param pull pulls
 * @param heartbeat heartbeats and other news of clients
 * @param transaction ends of transactions
 * @param ack acknowledgements of popped messages
 * @param admin what operators ask
 */
public record PatienceConfig(
        boolean active,
        Duration send,
        Duration pull,
        Duration heartbeat,
        Duration transaction,
        Duration ack,
        Duration admin) {

    private static final long MAX_MS = 3_600_000;

    /** Reads the keys; RocketMQ's names keep their meaning. */
    public static PatienceConfig from(ConfigView view) {
        return new PatienceConfig(
                view.flag(
                        "brokerFastFailureEnable",
                        true,
                        "Whether requests that waited too long before they were served are refused with SYSTEM_BUSY."),
                limit(view, "Send", 200, "sends may wait behind a client that does not take its answers"),
                limit(view, "Pull", 5_000, "pulls of old messages may wait for a thread that reads"),
                limit(view, "Heartbeat", 31_000, "heartbeats may wait behind a client that does not take its answers"),
                limit(view, "Transaction", 3_000, "ends of transactions may wait for a thread"),
                limit(view, "Ack", 3_000, "acknowledgements may wait behind a client that does not take its answers"),
                limit(view, "AdminBroker", 5_000, "requests of operators may wait for a thread"));
    }

    private static Duration limit(ConfigView view, String kind, int defaultMs, String what) {
        return view.millis("waitTimeMillsIn" + kind + "Queue", defaultMs, 1, MAX_MS, "How long " + what + ".");
    }
}
