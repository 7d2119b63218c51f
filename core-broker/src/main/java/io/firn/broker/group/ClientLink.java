package io.firn.broker.group;

import io.firn.broker.server.Connection;
import io.firn.broker.wire.LanguageCode;

/**
 * The connection over which a client sends its heartbeats.
 *
 * @param language of the client's library, from the header of the heartbeat
 * @param version ordinal of the client's library, from the header of the heartbeat
 */
public record ClientLink(Connection connection, LanguageCode language, int version) {

    /** {@code ip:port} of the client. */
    public String address() {
        return connection.bornHost().toString();
    }
}
