package io.firn.broker.admin;

import java.net.InetAddress;

/**
 * Where the admin HTTP server listens.
 *
 * @param bindAddress address of this machine
 * @param port port, from {@code firn.admin.port}; 0 takes a free one
 */
public record AdminConfig(InetAddress bindAddress, int port) {

    static final String PORT_KEY = "firn.admin.port";
}
