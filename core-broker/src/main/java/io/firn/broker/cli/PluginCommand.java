package io.firn.broker.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code firn plugin}: what operators do with plugins. */
@Command(
        name = "plugin",
        description = "List, install, check, switch and steer plugins.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ListCommand.class,
            ShowCommand.class,
            ChainCommand.class,
            InstallCommand.class,
            SwitchOnCommand.class,
            SwitchOffCommand.class,
            VerifyCommand.class,
            ExplainCommand.class,
            SignCommand.class,
            TrustCommand.class,
            OperatorCommand.class,
            DispatcherCommand.class,
            BreakHoldCommand.class,
            CommandLine.HelpCommand.class
        })
final class PluginCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the command's specification");
        }
        throw new ParameterException(spec.commandLine(), "Missing required subcommand");
    }
}
