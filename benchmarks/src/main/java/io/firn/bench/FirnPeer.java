package io.firn.bench;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Firn with its defaults and the collector its launcher chooses, on free ports, its embedded name server included in
 * all that is measured.
 *
 * @param jars folder with the broker's class path
 * @param java the {@code java} command
 * @param jvm extra JVM options, for a profile say
 * @param properties extra {@code key=value} settings
 */
record FirnPeer(Path jars, String java, List<String> jvm, List<String> properties) implements Peer {
    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final Pattern READY = Pattern.compile("firn ready: broker (\\S+):(\\d+)");

    @Override
    public String title() {
        return "Firn";
    }

    @Override
    public RunningPeer start(Setup setup) {
        List<String> words = new ArrayList<>();
        words.add(java);
        words.addAll(setup.jvm());
        words.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        words.addAll(jvm);
        words.addAll(List.of("-cp", jars + "/*", "io.firn.broker.BrokerMain", "start"));
        words.addAll(List.of(
                "-DlistenPort=0",
                "-Dfirn.nameserver.port=0",
                "-Dfirn.admin.port=0",
                "-DbrokerName=" + brokerName(),
                "-DstorePathRootDir=" + setup.store()));
        properties.forEach(property -> words.add("-D" + property));
        ChildProcess broker = ChildProcess.start(new ChildProcess.Command("firn", words, setup.directory(), READY));
        try {
            Matcher ready = broker.awaitReady(START_LIMIT);
            int port = Integer.parseInt(ready.group(2));
            return new RunningPeer(this, broker, List.of(), new InetSocketAddress(ready.group(1), port));
        } catch (BenchException e) {
            broker.close();
            throw e;
        }
    }
}
