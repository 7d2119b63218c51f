package io.firn.broker.server;

import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.runtime.StorageFullException;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;

/** The one place where a failure becomes a response code and a remark. */
final class ErrorReplies {

    private ErrorReplies() {}

    /** The answer a client gets for this failure. */
    static Reply.Now of(Throwable failure) {
        Throwable cause = unwrap(failure);
        return switch (cause) {
            case RequestException e -> Reply.Now.of(e.code(), e.getMessage());
            case BusyException e -> Reply.Now.of(ResponseCode.SYSTEM_BUSY, marker(e.why()) + e.getMessage());
            case RejectedExecutionException e ->
                Reply.Now.of(ResponseCode.SYSTEM_BUSY, "[OVERLOAD] the broker is stopping");
            case StorageFullException e -> Reply.Now.of(ResponseCode.SERVICE_NOT_AVAILABLE, e.getMessage());
            case StorageException e -> Reply.Now.of(ResponseCode.SYSTEM_ERROR, e.getMessage());
            default -> Reply.Now.of(ResponseCode.SYSTEM_ERROR, "the broker failed: " + cause);
        };
    }

    /** What clients of RocketMQ look for in the remark. */
    private static String marker(BusyException.Why why) {
        return switch (why) {
            case FULL -> "[OVERLOAD] ";
            case STORE_STUCK -> "[PC_SYNCHRONIZED]broker busy, start flow control for a while: ";
            case WAITED -> "[TIMEOUT_CLEAN_QUEUE]broker busy, start flow control for a while, ";
        };
    }

    /** True for what may happen in a healthy broker; anything else is a bug and belongs in the log. */
    static boolean isExpected(Throwable failure) {
        Throwable cause = unwrap(failure);
        return cause instanceof RequestException
                || cause instanceof BusyException
                || cause instanceof RejectedExecutionException
                || cause instanceof StorageException;
    }

    /** The answer to a code that the request table does not have. */
    static Reply.Now unsupported(int code) {
        return Reply.Now.of(ResponseCode.REQUEST_CODE_NOT_SUPPORTED, " request type " + code + " not supported");
    }

    private static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
