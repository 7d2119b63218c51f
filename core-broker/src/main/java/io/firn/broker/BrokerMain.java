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

    private BrokerMain() {}

    /** Runs a command; ends the JVM with its exit code: 0 done, 1 failed, 2 wrong usage. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return OperatorCommands.addTo(new CommandLine(new BrokerMain())).setUsageHelpAutoWidth(true);
    }
}
