package io.firn.broker.cli;

import io.firn.broker.plugin.KeeperBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line as operators have it, against the broker of a test. */
final class Firn {

    private final KeeperBroker room;

    Firn(KeeperBroker room) {
        this.room = room;
    }

    /** What a command printed and ended with. */
    record Ran(int exit, String out, String err) {}

    @Command(name = "firn")
    private static final class Root {}

    /** Runs {@code firn plugin ...} against the broker that runs. */
    Ran plugin(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addFirst("plugin");
        all.addAll(
                words[0].equals("dispatcher") ? 3 : 2,
                List.of("--admin", room.broker().admin()));
        return run(all.toArray(String[]::new));
    }

    /** Runs a command as it is. */
    static Ran run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = OperatorCommands.addTo(new CommandLine(new Root()));
        OperatorCommands.addGroup(line, "keep", "keeper");
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        int exit = line.execute(words);
        return new Ran(exit, out.toString(), err.toString());
    }
}
