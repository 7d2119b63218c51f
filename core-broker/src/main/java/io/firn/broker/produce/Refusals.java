package io.firn.broker.produce;

import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;

/** What a sender is answered when a hook refuses its message: the one place that maps reasons to codes. */
final class Refusals {

    private Refusals() {}

    static RequestException of(Verdict reject) {
        return new RequestException(code(reject.code()), reject.remark());
    }

    private static int code(RejectCode code) {
        return switch (code) {
            case MESSAGE_ILLEGAL -> ResponseCode.MESSAGE_ILLEGAL;
            case NO_PERMISSION -> ResponseCode.NO_PERMISSION;
            case SYSTEM_BUSY, QUOTA_EXCEEDED -> ResponseCode.SYSTEM_BUSY;
            case SYSTEM_ERROR -> ResponseCode.SYSTEM_ERROR;
        };
    }
}
