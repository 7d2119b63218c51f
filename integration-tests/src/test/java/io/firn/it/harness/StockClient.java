package io.firn.it.harness;

import java.nio.file.Path;

/** The stock clients the suites run with: version and serialize type of the frames' headers. */
public enum StockClient {
    V5_JSON("client-5.5.0", "JSON"),
    V5_ROCKETMQ("client-5.5.0", "ROCKETMQ"),
    V4_JSON("client-4.9.8", "JSON"),
    V4_ROCKETMQ("client-4.9.8", "ROCKETMQ");

    private final String module;
    private final String serializeType;

    StockClient(String module, String serializeType) {
        this.module = module;
        this.serializeType = serializeType;
    }

    /** Starts a driver with this client; its files go below the directory. */
    public Driver start(HostPort nameServer, Path directory) {
        return Driver.start(this, nameServer.toString(), directory);
    }

    String classPath() {
        return String.join(java.io.File.pathSeparator, Peers.testClasses(), Peers.tableView(), Peers.classPath(module));
    }

    String serializeType() {
        return serializeType;
    }
}
