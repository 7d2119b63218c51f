package io.firn.broker.server;

import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.ResponseCode;
import org.jspecify.annotations.Nullable;

/** What a {@link RequestHandler} decided: an answer now, an answer later, or none. */
public sealed interface Reply permits Reply.Now, SilentReply {

    /** The handler took the request's {@link Responder} and somebody will use it exactly once. */
    Reply LATER = SilentReply.LATER;

    /** There is no answer and there will be none; for requests that are one-way by nature. */
    Reply NONE = SilentReply.NONE;

    /**
     * An answer. One returned by a handler on an io thread is encoded before that thread does anything else, so such a
     * handler may keep one per thread and fill it again. One given to {@link Responder#reply}, or returned on a pool
     * thread, is encoded later and belongs to the server from then on.
     */
    non-sealed interface Now extends Reply {

        /** One of {@link ResponseCode}. */
        int code();

        /** Text for the client's user, or null. */
        @Nullable
        String remark();

        /** The ext entries of the answer. */
        HeaderFields header();

        /** The bytes after the header; the server closes it exactly once, whether or not they could be sent. */
        ReplyBody body();

        /** An answer without fields and body. */
        static Now of(int code, @Nullable String remark) {
            return of(code, remark, HeaderFields.NONE, ReplyBody.EMPTY);
        }

        /** An answer of all four parts. */
        static Now of(int code, @Nullable String remark, HeaderFields header, ReplyBody body) {
            return new PlainReply(code, remark, header, body);
        }

        /** Success, nothing to add. */
        static Now ok() {
            return PlainReply.OK;
        }

        /** Success with fields. */
        static Now ok(HeaderFields header) {
            return of(ResponseCode.SUCCESS, null, header, ReplyBody.EMPTY);
        }

        /** Success with a body, which is not copied: leave the array alone afterwards. */
        static Now ok(byte[] body) {
            return ok(HeaderFields.NONE, body);
        }

        /** Success with fields and a body, which is not copied: leave the array alone afterwards. */
        static Now ok(HeaderFields header, byte[] body) {
            return of(ResponseCode.SUCCESS, null, header, ReplyBody.of(body));
        }
    }
}
