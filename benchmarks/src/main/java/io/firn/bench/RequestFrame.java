package io.firn.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Requests without a body whose fields differ each time; put together as text. */
final class RequestFrame {

    private RequestFrame() {}

    /** Appends a request; {@code fields} are members of a JSON object. */
    static void put(ByteBuffer out, int code, int opaque, String fields) {
        byte[] header = ("{\"code\":" + code + ",\"extFields\":{" + fields
                        + "},\"flag\":0,\"language\":\"JAVA\",\"opaque\":" + opaque
                        + ",\"serializeTypeCurrentRPC\":\"JSON\",\"version\":513}")
                .getBytes(StandardCharsets.US_ASCII);
        out.putInt(4 + header.length).putInt(header.length).put(header);
    }
}
