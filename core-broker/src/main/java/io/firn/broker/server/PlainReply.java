package io.firn.broker.server;

import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.ResponseCode;
import org.jspecify.annotations.Nullable;

/** An answer whose parts are known when it is made. */
record PlainReply(int code, @Nullable String remark, HeaderFields header, ReplyBody body) implements Reply.Now {

    static final PlainReply OK = new PlainReply(ResponseCode.SUCCESS, null, HeaderFields.NONE, ReplyBody.EMPTY);
}
