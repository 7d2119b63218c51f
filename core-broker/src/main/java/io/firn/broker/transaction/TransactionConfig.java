package io.firn.broker.transaction;

import io.firn.broker.runtime.ByteSize;
import io.firn.broker.runtime.ConfigView;
import java.time.Duration;

/**
 * How long producers have to end their transactions, and how they are reminded.
 *
 * @param brokerName told to producers that are asked
 * @param acceptance whether first halves are taken at all
 * @param timeout age from which a half message is checked, unless it says otherwise
 * @param checkInterval between two checks of the same half message
 * @param maxChecks checks after which a half message is given up
 * @param opInterval longest time until the end of a transaction is written down
 * @param opBytes bytes of ends from which they are written down at once
 */
public record TransactionConfig(
        String brokerName,
        Acceptance acceptance,
        Duration timeout,
        Duration checkInterval,
        int maxChecks,
        Duration opInterval,
        int opBytes) {

    private static final long HOUR_MS = 3_600_000;
    /** The end that makes a record full may stand across the limit: digits of a long, and a comma. */
    private static final int LAST_OFFSET_BYTES = 20;

    /** Whether producers may begin transactions. */
    public enum Acceptance {
        TAKEN,
        REFUSED
    }

    /** Reads the keys of this room. */
    public static TransactionConfig from(ConfigView view, String brokerName) {
        return new TransactionConfig(
                brokerName,
                view.flag("rejectTransactionMessage", false, "Whether transactional messages are refused.")
                        ? Acceptance.REFUSED
                        : Acceptance.TAKEN,
                view.millis(
                        "transactionTimeOut",
                        6_000,
                        1,
                        24 * HOUR_MS,
                        "Age from which the producer of a transaction that has not ended is asked."),
                view.millis(
                        "transactionCheckInterval",
                        30_000,
                        1,
                        24 * HOUR_MS,
                        "Time between two questions about the same transaction."),
                view.integer(
                        "transactionCheckMax",
                        15,
                        1,
                        1_000_000,
                        "Questions after which a transaction is given up and moved to TRANS_CHECK_MAX_TIME_TOPIC."),
                view.millis(
                        "transactionOpBatchInterval",
                        3_000,
                        1,
                        HOUR_MS,
                        "Longest time until the end of a transaction is written down."),
                view.integer(
                        "transactionOpMsgMaxSize",
                        4_096,
                        32,
                        1 << 20,
                        "Bytes of ended transactions from which they are written down at once; never more than fit into"
                                + " maxMessageSize."));
    }

    /** The same, but what is written down fits into the largest body that the broker takes. */
    public TransactionConfig within(ByteSize largestBody) {
        int fitting = Math.min(opBytes, largestBody.toIntBytes() - LAST_OFFSET_BYTES);
        return new TransactionConfig(brokerName, acceptance, timeout, checkInterval, maxChecks, opInterval, fitting);
    }
}
