package io.firn.broker;

import io.firn.broker.cli.OperatorCommands;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line {@code firn}: lists its commands, or runs one. */
@Command(
        name = "firn",
        description = "A message broker that speaks Apache RocketMQ's protocol and store format.",
        mixinStandardHelpOptions = true,
        version = "firn " + Broker.VERSION,
        subcommands = {StartCommand.class, ConfigCommand.class, CommandLine.HelpCommand.class})
public final class BrokerMain {

    /** Netty's events for Java Flight Recorder: their classes are a tenth of what a start loads. */
    private static final String NETTY_JFR = "io.netty.jfr.enabled";

    private BrokerMain() {}

    /** Runs a command; ends the JVM with its exit code: 0 done, 1 failed, 2 wrong usage. */
    public static void main(String[] args) {
        if (System.getProperty(NETTY_JFR) == null) {
            System.setProperty(NETTY_JFR, "false");
        }
        boolean starts = args.length > 0 && args[0].equals(StartCommand.NAME);
        System.exit((starts ? ownCommands() : commandLine()).execute(args));
    }

    /** All commands. */
    static CommandLine commandLine() {
        return OperatorCommands.addTo(ownCommands());
    }

    /** Those that need no running broker: a start does not wait until the operator's commands are described. */
    private static CommandLine ownCommands() {
        return new CommandLine(new BrokerMain()).setUsageHelpAutoWidth(true);
    }
}
