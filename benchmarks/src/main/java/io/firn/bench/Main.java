package io.firn.bench;

import java.io.IOException;
import java.util.Arrays;
import picocli.CommandLine;

/**
 * {@code benchmarks.jar [options]} prints the whole-broker table, {@code benchmarks.jar compaction [options]} measures passes
 * of the compaction plugin, {@code benchmarks.jar jmh …} runs micro benches.
 */
final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
        if (args.length > 0 && args[0].equals("jmh")) {
            org.openjdk.jmh.Main.main(Arrays.copyOfRange(args, 1, args.length));
            return;
        }
        CommandLine command = new CommandLine(new TableCommand());
        command.addSubcommand("compaction", new CompactionCommand());
        command.setExecutionExceptionHandler((failure, line, result) -> {
            if (failure instanceof BenchException) {
                line.getErr().println("benchmarks: " + failure.getMessage());
                return 1;
            }
            throw failure;
        });
        System.exit(command.execute(args));
    }
}
