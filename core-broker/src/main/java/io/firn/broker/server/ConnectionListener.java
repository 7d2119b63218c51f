package io.firn.broker.server;

/** Told when clients come and go. Called on the connection's io thread: must not block, so post what has to be done. */
public interface ConnectionListener {

    /** Nobody is told. */
    ConnectionListener NONE = new ConnectionListener() {};

    /** The socket is open; no request has been read yet. */
    default void opened(Connection connection) {}

    /** The socket is closed, by whichever side and for whatever reason; called once per opened connection. */
    default void closed(Connection connection) {}
}
