package io.firn.bench;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Firn as its launcher starts it, with defaults, on free ports, its embedded name server included in all that is
 * measured. Its class archive is written when the first broker stops, as on an operator's machine.
 *
 * @param home with the broker's class path in {@code lib/}
 * @param launcher the distribution's {@code bin/firn}
 * @param jvm extra JVM options, for a profile say
 * @param properties extra {@code key=value} settings
 */
record FirnPeer(Path home, Path launcher, List<String> jvm, List<String> properties) implements Peer {
    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final Pattern READY = Pattern.compile("firn ready: broker (\\S+):(\\d+)");

    @Override
    public String title() {
        return "Firn";
    }

    @Override
    public RunningPeer start(Setup setup) {
        List<String> words = new ArrayList<>(List.of(launcher.toString(), "start"));
        words.addAll(List.of(
                "-DlistenPort=0",
                "-Dfirn.nameserver.port=0",
                "-Dfirn.admin.port=0",
                "-DbrokerName=" + brokerName(),
                "-DstorePathRootDir=" + setup.store()));
        properties.forEach(property -> words.add("-D" + property));
        ChildProcess broker = ChildProcess.start(
                new ChildProcess.Command("firn", words, environment(setup), setup.directory(), READY));
        try {
            Matcher ready = broker.awaitReady(START_LIMIT);
            int port = Integer.parseInt(ready.group(2));
            return new RunningPeer(this, broker, List.of(), new InetSocketAddress(ready.group(1), port));
        } catch (BenchException e) {
            broker.close();
            throw e;
        }
    }

    /** The same with more settings, which outweigh those before. */
    FirnPeer with(List<String> settings) {
        List<String> all = new ArrayList<>(properties);
        all.addAll(settings);
        return new FirnPeer(home, launcher, jvm, all);
    }

    private Map<String, String> environment(Setup setup) {
        return Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "FIRN_CLASS_PATH",
                home.resolve("lib") + "/*",
                "FIRN_CLASS_ARCHIVE",
                home.resolve("firn.jsa").toString(),
                "FIRN_JAVA_OPTS",
                String.join(" ", setup.jvm()) + " " + String.join(" ", jvm));
    }
}
