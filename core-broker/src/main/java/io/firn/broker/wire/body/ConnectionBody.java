package io.firn.broker.wire.body;

import org.jspecify.annotations.Nullable;

/**
 * One client connection of a group.
 *
 * @param clientAddr {@code ip:port}
 */
public record ConnectionBody(
        String clientId, String clientAddr, @Nullable String language, int version) {
    public ConnectionBody {
        clientId = Absent.text(clientId);
        clientAddr = Absent.text(clientAddr);
    }
}
