package io.firn.it.harness;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** RocketMQ's command line tool, 5.5.0, one process per command. */
public record Mqadmin(Path directory, HostPort nameServer) {

    private static final int ATTEMPTS = 3;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    // the tool's logging library tells about its own start on standard output
    private static final Pattern LOGGING = Pattern.compile("^[\\d:,]{12} \\|-");

    /** What a command printed and how it ended. The tool ends with 0 also when it failed; what counts is the text. */
    public record Result(int exitCode, List<String> out, String report) {

        public String text() {
            return String.join("\n", out);
        }
    }

    /** Runs {@code mqadmin command args… -n nameServer}; again when the tool's five seconds for a request were too few. */
    public Result run(String command, String... args) {
        for (int attempt = 1; ; attempt++) {
            Result result = runOnce(command, args);
            if (attempt == ATTEMPTS || !result.report().contains("RemotingTimeoutException")) {
                return result;
            }
        }
    }

    private Result runOnce(String command, String... args) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(args));
        all.addAll(List.of("-n", nameServer.toString()));
        List<String> jvm = new ArrayList<>(Peers.stockJvmArgs("256m"));
        jvm.add("-Drocketmq.home.dir=" + directory.toAbsolutePath());
        JavaProcess.Launch launch = new JavaProcess.Launch(
                "mqadmin-" + command + "-" + Long.toHexString(System.nanoTime()),
                directory.toAbsolutePath(),
                jvm,
                Peers.classPath("apache-5.5.0"),
                "org.apache.rocketmq.tools.command.MQAdminStartup",
                all);
        try (JavaProcess process = JavaProcess.start(launch, JavaProcess.Output.FILE)) {
            int exitCode = process.awaitExit(LIMIT);
            List<String> said = process.outLines().stream()
                    .filter(line -> !LOGGING.matcher(line).find())
                    .toList();
            return new Result(exitCode, said, String.join("\n", said) + process.report());
        }
    }
}
