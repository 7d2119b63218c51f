package io.firn.tiered.fault;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request as it came: decoded path and query, header names in lower case. */
record HttpRequest(String method, String path, Map<String, String> query, Map<String, String> headers, byte[] body) {
    @Nullable
    String header(String name) {
        return headers.get(name);
    }

    boolean asks(String name) {
        return query.containsKey(name);
    }

    String param(String name, String otherwise) {
        return query.getOrDefault(name, otherwise);
    }
}
