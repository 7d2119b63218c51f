package io.firn.broker.cli;

import io.firn.broker.plugin.PluginConfig;
import io.firn.broker.plugin.jar.TrustMode;
import io.firn.broker.runtime.ConfigView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which broker a command is about, and how it prints. The same for every command. */
final class BrokerOptions {

    private static final int ADMIN_PORT = 8_089;
    private static final int MAX_PORT = 65_535;

    @Option(
            names = "--admin",
            paramLabel = "http://host:port",
            description = "Admin address of the broker; http://127.0.0.1:8089 unless -c says otherwise.")
    private @Nullable String admin;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "broker.conf",
            description = "Settings the broker was started with, to find its address and directories.")
    private @Nullable Path configFile;

    @Option(names = "-D", paramLabel = "key=value", description = "A setting; overrides the file.")
    private Map<String, String> overrides = new TreeMap<>();

    @Option(
            names = "--token-file",
            paramLabel = "file",
            description = "File with your token, if the broker serves operators only; or put it into FIRN_TOKEN.")
    private @Nullable Path tokenFile;

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    boolean isJson() {
        return json;
    }

    /** What came among the words of a plugin's command. */
    void override(@Nullable String address, Format format) {
        admin = address == null ? admin : address;
        json |= format == Format.JSON;
    }

    /** How answers are printed. */
    enum Format {
        PEOPLE,
        JSON
    }

    /** A client for the broker's admin address. */
    AdminClient client() {
        return new AdminClient(address(), token());
    }

    private String token() {
        if (tokenFile == null) {
            return checked(System.getenv().getOrDefault("FIRN_TOKEN", "").strip(), "FIRN_TOKEN");
        }
        try {
            return checked(Files.readString(tokenFile).strip(), tokenFile.toString());
        } catch (IOException e) {
            throw new CommandFailure("can not read the token in " + tokenFile + ": " + e);
        }
    }

    /** The token, which no error may show, if it fits into a header. */
    private static String checked(String token, String from) {
        if (!token.matches("[!-~]*")) {
            throw new CommandFailure(from + " has more than a token: expected one line of letters and digits");
        }
        return token;
    }

    private URI address() {
        if (admin != null) {
            String text = admin.contains("://") ? admin : "http://" + admin;
            URI address;
            try {
                address = URI.create(text.replaceFirst("/+$", ""));
            } catch (IllegalArgumentException e) {
                throw new CommandFailure("--admin " + admin + " is no address: expected http://host:port");
            }
            if (address.getHost() == null) {
                throw new CommandFailure("--admin " + admin + " is no address: expected http://host:port");
            }
            return address;
        }
        ConfigView view = view();
        String bind = view.string("bindAddress", "127.0.0.1", "");
        int port = view.integer("firn.admin.port", ADMIN_PORT, 0, MAX_PORT, "");
        if (port == 0) {
            throw new CommandFailure("firn.admin.port is 0, any free port: name it with --admin http://host:port;"
                    + " the broker's first line has it");
        }
        return URI.create("http://" + reachable(bind) + ":" + port);
    }

    /** A broker that listens on every address is asked on this machine's own. */
    private static String reachable(String bind) {
        try {
            InetAddress address = InetAddress.getByName(bind);
            String host = address.isAnyLocalAddress()
                    ? InetAddress.getLoopbackAddress().getHostAddress()
                    : address.getHostAddress();
            return host.indexOf(':') < 0 ? host : "[" + host + "]";
        } catch (UnknownHostException e) {
            throw new CommandFailure("bindAddress " + bind + " is no address of this machine: name the broker's with"
                    + " --admin http://host:port");
        }
    }

    private ConfigView view() {
        return new ConfigView(ConfFile.load(configFile, overrides));
    }

    /**
     * Where the broker looks for plugins. Taken from the settings when some are given, or else from the broker that runs,
     * or else what is the default in this directory.
     */
    Places places() {
        if (configFile == null && overrides.isEmpty()) {
            try (AdminClient client = client()) {
                return Places.of(client.get("/-/host").as(Home.class));
            } catch (CommandFailure.NoBroker e) {
                return local();
            }
        }
        return local();
    }

    private Places local() {
        ConfigView view = view();
        PluginConfig config = PluginConfig.from(view, view.path("storePathRootDir", "data", ""));
        return new Places(config.jars(), config.settings(), config.trust(), config.trusted(), config.operators());
    }

    /** As the broker tells it. */
    private record Home(String jars, String settings, TrustMode verify, String trusted, String operators) {}

    /**
     * Where plugins, their settings and the lists of trusted ones and of operators are.
     *
     * @param trust what the broker does with jars that nobody vouches for
     */
    record Places(Path jars, Path settings, TrustMode trust, Path trusted, Path operators) {

        private static Places of(Home home) {
            return new Places(
                    Path.of(home.jars),
                    Path.of(home.settings),
                    home.verify,
                    Path.of(home.trusted),
                    Path.of(home.operators));
        }
    }
}
