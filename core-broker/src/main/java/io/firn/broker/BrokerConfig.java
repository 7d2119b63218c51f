package io.firn.broker;

import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Who this broker is and where it listens. Each component has a record of its own beside it; keys without the prefix
 * {@code firn.} mean what they mean in RocketMQ's {@code broker.conf}.
 *
 * @param brokerName name shared by a primary and its replicas
 * @param clusterName cluster the broker registers in
 * @param brokerId 0 is the primary
 * @param serving whether it has messages of its own
 * @param bindAddress address the sockets bind to
 * @param advertisedHost address clients are told to connect to, numeric
 * @param listenPort port of the remoting protocol, 0 for any; the second port is {@code listenPort - 2}
 * @param nameServers name servers to register with, {@code host:port}; empty: an embedded one is started
 * @param nameServerPort port of the embedded name server, 0 for any
 * @param adminPort port of the admin HTTP server, 0 for any
 * @param storeRoot directory of everything the broker keeps
 * @param logDirectory directory of the log files, which are opened before anything else
 */
record BrokerConfig(
        String brokerName,
        String clusterName,
        long brokerId,
        Serving serving,
        InetAddress bindAddress,
        String advertisedHost,
        int listenPort,
        List<String> nameServers,
        int nameServerPort,
        int adminPort,
        Path storeRoot,
        Path logDirectory) {

    static final String LOG_DIRECTORY_KEY = "firn.log.dir";

    static final String READ_ONLY_KEY = "firn.readOnly";

    private static final int MAX_PORT = 65_535;

    /** What a broker has to give. */
    enum Serving {
        /** Messages that it took itself. */
        OWN_MESSAGES,
        /** Only what another archived; it takes none. */
        ARCHIVED_ONLY
    }

    static BrokerConfig from(ConfigView view) {
        String bind = view.string(
                "bindAddress", "127.0.0.1", "Address the broker's sockets bind to; 0.0.0.0 for every interface.");
        InetAddress bindAddress = address("bindAddress", bind);
        String advertised = view.string(
                "brokerIP1", "", "Numeric address clients are told to connect to; empty: the bind address.");
        Serving serving = view.flag(
                        READ_ONLY_KEY,
                        false,
                        "Serve what the primary of this name archived, and take no messages; see docs/read-only.md.")
                ? Serving.ARCHIVED_ONLY
                : Serving.OWN_MESSAGES;
        return new BrokerConfig(
                name(view.string("brokerName", "broker-a", "Name shared by a primary and its replicas.")),
                name(view.string("brokerClusterName", "DefaultCluster", "Cluster the broker registers in.")),
                brokerId(view, serving),
                serving,
                bindAddress,
                advertised.isEmpty() ? advertisedOf(bindAddress) : text(address("brokerIP1", advertised)),
                view.integer("listenPort", 10_911, 0, MAX_PORT, "Port of the remoting protocol; 0 takes a free one."),
                addresses(view.string(
                        "namesrvAddr", "", "Name servers to register with, host:port;host:port; empty: embedded.")),
                view.integer("firn.nameserver.port", 9_876, 0, MAX_PORT, "Port of the embedded name server; 0: any."),
                view.integer("firn.admin.port", 8_089, 0, MAX_PORT, "Port of health and metrics; 0: any."),
                storeRoot(view),
                logDirectory(view));
    }

    private static long brokerId(ConfigView view, Serving serving) {
        boolean readOnly = serving == Serving.ARCHIVED_ONLY;
        long id = view.number(
                "brokerId",
                readOnly ? 1 : 0,
                0,
                Long.MAX_VALUE,
                "0 is the primary; a read-only broker has 1 at least.");
        if (readOnly && id == 0) {
            throw new ConfigException("brokerId", "0", "1 or more with " + READ_ONLY_KEY + ": 0 is the primary");
        }
        return id;
    }

    boolean isReadOnly() {
        return serving == Serving.ARCHIVED_ONLY;
    }

    static Path storeRoot(ConfigView view) {
        return view.path("storePathRootDir", "data", "Directory of everything the broker keeps.");
    }

    static Path logDirectory(ConfigView view) {
        return view.path(LOG_DIRECTORY_KEY, "logs", "Directory of the log files.");
    }

    private static String name(String text) {
        if (!text.matches("[%|a-zA-Z0-9_-]{1,127}")) {
            throw new ConfigException("brokerName or brokerClusterName", text, "letters, digits, _ - | %, at most 127");
        }
        return text;
    }

    private static InetAddress address(String key, String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            ConfigException failure = new ConfigException(key, text, "an address of this machine");
            failure.initCause(e);
            throw failure;
        }
    }

    /** A wildcard address can not be told to clients: then it is the address of the machine's own host name. */
    private static String advertisedOf(InetAddress bind) {
        if (!bind.isAnyLocalAddress()) {
            return text(bind);
        }
        try {
            return text(InetAddress.getLocalHost());
        } catch (UnknownHostException e) {
            ConfigException failure = new ConfigException(
                    "bindAddress", bind.getHostAddress(), "brokerIP1 to be set too: this host's name has no address");
            failure.initCause(e);
            throw failure;
        }
    }

    /** Numeric; an IPv6 address with its first run of zeros folded, {@code ::1}, and without a zone. */
    private static String text(InetAddress address) {
        String full = address.getHostAddress().replaceFirst("%.*", "");
        return full.indexOf(':') < 0 ? full : full.replaceFirst("(^|:)(0(:|$)){2,}", "::");
    }

    private static List<String> addresses(String text) {
        return Arrays.stream(text.split("[;,]"))
                .map(String::trim)
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
