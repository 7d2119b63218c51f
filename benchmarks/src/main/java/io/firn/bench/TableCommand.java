package io.firn.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the brokers side by side and prints one table. */
@Command(
        name = "benchmarks",
        mixinStandardHelpOptions = true,
        description =
                "Measures Firn and Apache RocketMQ side by side, as processes on this machine, and prints a table.")
final class TableCommand implements Callable<Integer> {
    private static final List<String> SCENARIOS = List.of(
            "send-128",
            "send-1k",
            "topics",
            "equal-load",
            "pull-tail",
            "start-empty",
            "start-loaded",
            "history",
            "pop-ack",
            "transactions",
            "idle",
            "idle-used",
            "idle-timers",
            "plugins");

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description = "Scenarios to run, by name, of: "
                    + "send-128, send-1k, topics, equal-load, pull-tail, start-empty, start-loaded, history, idle,"
                    + " plugins.")
    private @Nullable List<String> only;

    @Option(names = "--quick", description = "One short round of everything, 512 MiB of history: a smoke test.")
    private boolean quick;

    @Option(names = "--peers", split = ",", paramLabel = "NAME", description = "Brokers to run: firn, apache.")
    private List<String> peers = List.of("firn", "apache");

    @Option(names = "--rounds", paramLabel = "N", description = "Measurements per broker and scenario (default 3).")
    private @Nullable Integer rounds;

    @Option(names = "--seconds", paramLabel = "S", description = "Length of one measurement (default 5).")
    private @Nullable Integer seconds;

    @Option(names = "--warm", paramLabel = "S", description = "Load before the first measurement (default 10).")
    private @Nullable Integer warm;

    @Option(names = "--idle", paramLabel = "S", description = "How long idle brokers are watched (default 60).")
    private @Nullable Integer idle;

    @Option(names = "--history", paramLabel = "SIZE", description = "Log to fill, like 10g or 512m (default 10g).")
    private @Nullable String history;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Messages/s of equal-load (default: half of the slowest).")
    private double rate;

    @Option(names = "--heap", paramLabel = "SIZE", description = "Heap of each broker (default ${DEFAULT-VALUE}).")
    private String heap = "1g";

    @Option(
            names = "--recall",
            paramLabel = "SIZE",
            description = "Free memory to touch before each measurement, on machines that lend it to their host.")
    private @Nullable String recall;

    @Option(names = "--connections", paramLabel = "N", description = "Client connections (default ${DEFAULT-VALUE}).")
    private int connections = 2;

    @Option(names = "--window", paramLabel = "N", description = "Sends in flight each (default ${DEFAULT-VALUE}).")
    private int window = 256;

    @Option(names = "--firn-property", paramLabel = "K=V", description = "A setting for Firn; may be repeated.")
    private List<String> firnProperties = List.of();

    @Option(names = "--firn-jvm", paramLabel = "OPTION", description = "A JVM option for Firn; may be repeated.")
    private List<String> firnJvm = List.of();

    @Option(names = "--dir", paramLabel = "DIR", description = "Where stores are put and removed (default: here).")
    private Path directory = Path.of("");

    @Override
    public Integer call() throws IOException {
        Set<String> names = names();
        checkNumbers();
        List<Peer> brokers = brokers(home());
        Path work = workDirectory();
        try {
            measure(names, plan(work), brokers);
        } catch (BenchException e) {
            removeStores(work);
            throw new BenchException("what the brokers wrote is kept in " + work + "; the run failed", e);
        }
        Session.delete(work);
        return 0;
    }

    private void measure(Set<String> names, Plan plan, List<Peer> brokers) throws IOException {
        checkSpace(plan, names, brokers.size());
        EchoPeer echo = new EchoPeer(home().resolve("benchmarks.jar").toString(), java(), LoadedStore.BODY);
        Ledger ledger = new Ledger();
        PrintStream out = System.out;
        long beginNs = System.nanoTime();
        try (LivePeers live = new LivePeers(plan)) {
            Session session = new Session(plan, brokers, echo, live, ledger, System.err);
            RunHeader.print(out, plan, brokers);
            for (Scenario scenario : scenarios(names, plan)) {
                session.say(scenario.name());
                scenario.run(session);
            }
        }
        out.println();
        out.println(new Table(ledger).render());
        out.println(String.format(Locale.ROOT, "%d s in all.", (System.nanoTime() - beginNs) / 1_000_000_000));
    }

    private Path workDirectory() {
        try {
            return Files.createTempDirectory(directory.toAbsolutePath(), "firn-bench-");
        } catch (IOException e) {
            throw new BenchException("--dir: cannot write to " + directory, e);
        }
    }

    /** Gigabytes are not left behind after a failure; logs and configurations are. */
    private static void removeStores(Path work) throws IOException {
        try (Stream<Path> peers = Files.list(work)) {
            peers.forEach(peer -> Session.delete(peer.resolve("store")));
        }
    }

    private void checkNumbers() {
        checkAtLeastOne("--rounds", rounds);
        checkAtLeastOne("--seconds", seconds);
        checkAtLeastOne("--warm", warm);
        checkAtLeastOne("--idle", idle);
        checkAtLeastOne("--connections", connections);
        checkAtLeastOne("--window", window);
        if (history != null) {
            bytes(history);
        }
        if (recall != null) {
            bytes(recall);
        }
    }

    private static void checkAtLeastOne(String option, @Nullable Integer value) {
        if (value != null && value < 1) {
            throw new BenchException(option + " must be at least 1, not " + value);
        }
    }

    private Set<String> names() {
        Set<String> names = new LinkedHashSet<>(only == null ? SCENARIOS : only);
        for (String name : names) {
            if (!SCENARIOS.contains(name)) {
                throw new BenchException(
                        "--only: no scenario '" + name + "', there are " + String.join(", ", SCENARIOS));
            }
        }
        return names;
    }

    private static List<Scenario> scenarios(Set<String> names, Plan plan) {
        List<Scenario> all = new ArrayList<>(List.of(
                new SendScenario("send-128", 128, 1),
                new SendScenario("send-1k", 1024, 1),
                new SendScenario("topics", 128, plan.topics()),
                new EqualLoadScenario(),
                new PullTailScenario(),
                new StartScenario(),
                new PopScenario(),
                new TransactionScenario(),
                new IdleScenario("idle", IdleScenario.Before.NOTHING, new Goal.AtMost(0.5)),
                new IdleScenario("idle-used", IdleScenario.Before.EVERYTHING, new Goal.AtMost(0.5)),
                new IdleScenario("idle-timers", IdleScenario.Before.TIMERS, new Goal.RatioAtMost(0.2)),
                new PluginScenario()));
        all.removeIf(scenario -> !names.contains(scenario.name()));
        Set<LoadedScenario.Part> parts = EnumSet.noneOf(LoadedScenario.Part.class);
        if (names.contains("start-loaded")) {
            parts.add(LoadedScenario.Part.START);
        }
        if (names.contains("history")) {
            parts.add(LoadedScenario.Part.HISTORY);
        }
        if (!parts.isEmpty()) {
            all.add(new LoadedScenario(parts));
        }
        return all;
    }

    private Plan plan(Path work) {
        return new Plan(
                rounds != null ? rounds : quick ? 1 : 3,
                Duration.ofSeconds(warm != null ? warm : quick ? 4 : 10),
                quick ? 100_000 : 500_000,
                Duration.ofSeconds(quick ? 1 : 2),
                Duration.ofSeconds(seconds != null ? seconds : quick ? 3 : 5),
                Duration.ofSeconds(idle != null ? idle : quick ? 10 : 60),
                bytes(history != null ? history : quick ? "512m" : "10g"),
                quick ? 100 : 1000,
                rate,
                connections,
                window,
                heap,
                recall == null ? 0 : bytes(recall),
                work);
    }

    private List<Peer> brokers(Path home) {
        List<Peer> brokers = new ArrayList<>();
        for (String peer : peers) {
            brokers.add(
                    switch (peer) {
                        case "firn" -> new FirnPeer(home, launcher(home), firnJvm, firnProperties);
                        case "apache" -> new ApachePeer(apacheJars(home), java());
                        default -> throw new BenchException("--peers: '" + peer + "' is none of firn, apache");
                    });
        }
        return brokers;
    }

    private static Path launcher(Path home) {
        Path launcher = home.resolve("../../distribution/src/bin/firn").normalize();
        if (!Files.isExecutable(launcher)) {
            throw new BenchException(launcher + " is not there: the benchmarks run from a checkout of Firn");
        }
        return launcher;
    }

    private static Path apacheJars(Path home) {
        Path jars = home.resolve("apache");
        if (!Files.isDirectory(jars)) {
            throw new BenchException(jars + " is not there: mvn -f benchmarks/apache/pom.xml package");
        }
        return jars;
    }

    /** The folder of benchmarks.jar, with lib/ and apache/ beside it. */
    private static Path home() {
        Path jar = Path.of(System.getProperty("java.class.path")).toAbsolutePath();
        Path home = jar.getParent();
        if (home == null || !Files.isRegularFile(jar)) {
            throw new BenchException("run it as java -jar benchmarks.jar");
        }
        return home;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static void checkSpace(Plan plan, Set<String> names, int brokers) throws IOException {
        boolean filled = names.contains("history") || names.contains("start-loaded");
        long need = (filled ? plan.historyBytes() * brokers * 5 / 4 : 0) + (20L << 30);
        long have = Files.getFileStore(plan.directory()).getUsableSpace();
        if (have < need) {
            throw new BenchException(String.format(
                    Locale.ROOT,
                    "%s has %d GiB free, this run may need %d: choose another --dir, or a smaller --history",
                    plan.directory(),
                    have >> 30,
                    need >> 30));
        }
    }

    /** 10g, 512m. */
    static long bytes(String size) {
        String digits = size.substring(0, Math.max(0, size.length() - 1));
        int shift = switch (size.isEmpty() ? ' ' : Character.toLowerCase(size.charAt(size.length() - 1))) {
            case 'g' -> 30;
            case 'm' -> 20;
            default -> throw new BenchException("'" + size + "' is no size like 10g or 512m");
        };
        try {
            return Long.parseLong(digits) << shift;
        } catch (NumberFormatException e) {
            throw new BenchException("'" + size + "' is no size like 10g or 512m", e);
        }
    }
}
