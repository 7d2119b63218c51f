package io.firn.it.harness;

import java.nio.file.Path;
import java.util.List;

/**
 * RocketMQ's command line tool, 5.5.0, many commands in one process: a process for each is what {@link Mqadmin} is for.
 * Used from one test thread.
 */
public final class MqadminShell implements AutoCloseable {

    private static final int ATTEMPTS = 3;

    private final Driver process;
    private final HostPort nameServer;

    private MqadminShell(Driver process, HostPort nameServer) {
        this.process = process;
        this.nameServer = nameServer;
    }

    /** Starts the process; what commands write goes below the directory. */
    public static MqadminShell start(HostPort nameServer, Path directory) {
        return new MqadminShell(Driver.startMqadmin(directory), nameServer);
    }

    /** The same process, its commands given to another name server. */
    public MqadminShell at(HostPort other) {
        return new MqadminShell(process, other);
    }

    /**
     * Everything that {@code mqadmin command args… -n nameServer} says, errors included; again when the tool's five
     * seconds for a request were too few.
     */
    public String run(String command, String... args) {
        String words = command + "\n" + (args.length == 0 ? "" : String.join("\n", List.of(args)) + "\n") + "-n\n"
                + nameServer;
        for (int attempt = 1; ; attempt++) {
            String said = process.call("mqadmin", "args", words).end().get("said");
            if (attempt == ATTEMPTS || !said.contains("RemotingTimeoutException")) {
                return said;
            }
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
