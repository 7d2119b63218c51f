package io.firn.broker;

import io.firn.broker.cli.ConfFile;
import io.firn.broker.plugin.PluginConfig;
import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.ShutdownHook;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.server.BindException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code firn start}: runs a broker in the foreground until SIGTERM or Ctrl-C. Prints one line when it accepts
 * requests; everything else goes to {@code logs/}, warnings to standard error too.
 */
@Command(
        name = StartCommand.NAME,
        description = "Run a broker, with an embedded name server unless namesrvAddr is set.",
        mixinStandardHelpOptions = true)
final class StartCommand implements Callable<Integer> {

    static final String NAME = "start";

    /** As in {@code logback.xml}. */
    private static final String LOG_FILE = "firn.log";

    @Option(
            names = {"-c", "--config"},
            paramLabel = "broker.conf",
            description = "Settings in Java properties format; keys as in RocketMQ.")
    private @Nullable Path configFile;

    @Option(
            names = "-D",
            paramLabel = "key=value",
            description = "A setting; overrides the file. 'firn config' lists the keys.")
    private Map<String, String> overrides = new TreeMap<>();

    @Option(
            names = "--without-plugin",
            paramLabel = "id",
            description =
                    "Start without a plugin that owns data or is required: its topics stay offline and nothing that"
                            + " it holds is deleted.")
    private List<String> without = new ArrayList<>();

    @Option(
            names = "--detach",
            paramLabel = "id",
            description = "Remove a plugin that owns data for good, if nothing depends on it: then its jar may go.")
    private List<String> detach = new ArrayList<>();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        ShutdownHook hook = ShutdownHook.install();
        try {
            Broker broker = open();
            if (hook.started(broker::close)) {
                out().println(broker.readyLine());
                out().flush();
            }
            broker.awaitClose();
            return 0;
        } catch (ConfigException | StorageException | BindException | PluginException e) {
            return fail(e);
        } finally {
            hook.remove();
        }
    }

    private Broker open() {
        Map<String, String> settings = settings();
        prepareLogs(settings);
        return Broker.open(settings);
    }

    private Map<String, String> settings() {
        Map<String, String> settings = ConfFile.load(configFile, overrides);
        addIds(settings, PluginConfig.WITHOUT_KEY, without);
        addIds(settings, PluginConfig.DETACH_KEY, detach);
        return settings;
    }

    private static void addIds(Map<String, String> settings, String key, List<String> ids) {
        if (!ids.isEmpty()) {
            settings.merge(key, String.join(",", ids), (before, more) -> before + "," + more);
        }
    }

    /** Fails when nothing can be logged; nothing is logged before. */
    private static void prepareLogs(Map<String, String> settings) {
        Path logs = BrokerConfig.logDirectory(new ConfigView(settings));
        try {
            Files.createDirectories(logs);
            // the logging library would go on without a file, and without a word
            Files.newOutputStream(logs.resolve(LOG_FILE), StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (IOException e) {
            ConfigException failure = new ConfigException(
                    BrokerConfig.LOG_DIRECTORY_KEY,
                    logs.toString(),
                    "a directory in which " + LOG_FILE + " can be written");
            failure.initCause(e);
            throw failure;
        }
        System.setProperty(BrokerConfig.LOG_DIRECTORY_KEY, logs.toString());
    }

    private int fail(RuntimeException e) {
        PrintWriter err = command().commandLine().getErr();
        err.println("firn: " + e.getMessage());
        err.flush();
        return 1;
    }

    private PrintWriter out() {
        return command().commandLine().getOut();
    }

    private CommandSpec command() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the command's specification");
        }
        return spec;
    }
}
