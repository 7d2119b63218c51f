package io.firn.broker.server;

import io.firn.broker.wire.RemotingCommand;

/** Serves the requests of one or more codes. Which thread calls it is decided by its line in the request table. */
@FunctionalInterface
public interface RequestHandler {

    /**
     * Serves one request. On an io thread it must not block; there the command is valid only until this returns, on a
     * pool thread the command is already an owned copy. What it throws is answered by {@link ErrorReplies}.
     *
     * @return the answer; {@link Reply#LATER} after taking {@link Connection#responder}; {@link Reply#NONE} when there
     *     will never be one. Never null.
     */
    Reply handle(RemotingCommand request, Connection connection);
}
