package io.firn.tiered.fault;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** One answer; headers in the order they are sent. */
record HttpReply(int status, Map<String, String> headers, byte[] body) {
    private static final byte[] NONE = new byte[0];

    static HttpReply of(int status) {
        return new HttpReply(status, Map.of(), NONE);
    }

    static HttpReply xml(int status, String xml) {
        String document = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + xml;
        return new HttpReply(
                status, Map.of("Content-Type", "application/xml"), document.getBytes(StandardCharsets.UTF_8));
    }

    static HttpReply error(int status, String code, String message) {
        return xml(status, "<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>");
    }

    HttpReply with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpReply(status, more, body);
    }

    HttpReply carrying(byte[] bytes) {
        return new HttpReply(status, headers, bytes);
    }
}
