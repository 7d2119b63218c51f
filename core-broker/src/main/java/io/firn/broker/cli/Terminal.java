package io.firn.broker.cli;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What every command has: which broker it is about, and where it prints. Mixed into each. One thread. */
final class Terminal {

    @Mixin
    private BrokerOptions options = new BrokerOptions();

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    BrokerOptions options() {
        return options;
    }

    AdminClient client() {
        return options.client();
    }

    PrintWriter out() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the command's specification");
        }
        return spec.commandLine().getOut();
    }

    /** The answer as it came when JSON is asked for. */
    boolean printedAsJson(AdminClient.Answer answer) {
        if (options.isJson()) {
            out().println(answer.text());
            out().flush();
        }
        return options.isJson();
    }

    /** Prints a table and ends the output. */
    int done(Table table) {
        table.print(out());
        out().flush();
        return 0;
    }

    /** Prints a line and ends the output. */
    int done(String line) {
        out().println(line);
        out().flush();
        return 0;
    }
}
