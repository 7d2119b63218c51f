package io.firn.broker.wire;

import org.jspecify.annotations.Nullable;

/**
 * What the head of an outgoing frame says besides its ext entries. Version and language are always ours.
 *
 * @param serializeType encoding of the header: for a response that of its request
 * @param code a {@link ResponseCode} or a {@link RequestCode}
 * @param flag bit 0 response, bit 1 one-way
 * @param opaque correlation id; a response repeats its request's
 * @param remark text for the peer's user, or null
 */
public record FrameHead(
        SerializeType serializeType,
        int code,
        int flag,
        int opaque,
        @Nullable String remark) {
    static final int FLAG_RESPONSE = 1;
    static final int FLAG_ONEWAY = 2;

    /** Head of the answer to the request with this opaque. */
    public static FrameHead response(SerializeType type, int code, int opaque, @Nullable String remark) {
        return new FrameHead(type, code, FLAG_RESPONSE, opaque, remark);
    }

    /** Head of a request that wants an answer. */
    public static FrameHead request(int code, int opaque) {
        return new FrameHead(SerializeType.JSON, code, 0, opaque, null);
    }

    /** Head of a request that is never answered. */
    public static FrameHead oneway(int code, int opaque) {
        return new FrameHead(SerializeType.JSON, code, FLAG_ONEWAY, opaque, null);
    }
}
