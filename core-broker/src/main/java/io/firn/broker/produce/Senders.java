package io.firn.broker.produce;

import io.firn.broker.server.Connection;
import io.firn.broker.wire.RemotingCommand;
import io.firn.spi.put.ClientView;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Remembers what hooks are told of the clients that sent lately, so that telling it again allocates nothing. Owner: one io thread. */
final class Senders {

    private static final int SLOTS = 1024;

    private final @Nullable Sender[] lately = new Sender[SLOTS];

    /** Who sent this on this connection, in the name of this group. */
    ClientView of(Connection connection, RemotingCommand command, String group) {
        int slot = System.identityHashCode(connection) & (SLOTS - 1);
        Sender known = lately[slot];
        if (known != null && known.connection.refersTo(connection) && known.group.equals(group)) {
            return known;
        }
        Sender fresh = new Sender(
                new WeakReference<>(connection),
                group,
                connection.remoteAddress(),
                command.language().name(),
                command.version());
        lately[slot] = fresh;
        return fresh;
    }

    private record Sender(
            WeakReference<Connection> connection, String group, InetSocketAddress address, String language, int version)
            implements ClientView {

        @Override
        public Optional<String> user() {
            return Optional.empty();
        }
    }
}
