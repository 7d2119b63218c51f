package io.firn.guard;

import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import java.util.Locale;

/**
 * A rule that a message broke. Immutable; those that are always the same are made with the rule.
 *
 * @param reason for metrics
 * @param tag what the message's property says when it is stored all the same
 * @param refusal what its sender is told when it is not
 */
record Breach(Reason reason, String tag, Verdict refusal) {

    /** What can be wrong. */
    enum Reason {
        MISSING,
        SIZE,
        SCHEMA,
        RATE;

        /** As metrics and tags show it. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A message that is not as it has to be: sending it again does not help. */
    static Breach of(Reason reason, String detail, String remark) {
        String tag = detail.isEmpty() ? reason.word() : reason.word() + ":" + detail;
        return new Breach(reason, tag, Verdict.reject(RejectCode.MESSAGE_ILLEGAL, "message-guard: " + remark));
    }

    /** One message too many. */
    static Breach ofRate(String remark) {
        return new Breach(
                Reason.RATE, Reason.RATE.word(), Verdict.reject(RejectCode.QUOTA_EXCEEDED, "message-guard: " + remark));
    }
}
