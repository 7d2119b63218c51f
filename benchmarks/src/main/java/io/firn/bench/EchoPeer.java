package io.firn.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The limit: a process that reads the same request frames from loopback and answers with frames of the same size
 * that it made beforehand. It decodes, stores and looks up nothing, so what it costs is what sockets cost.
 *
 * @param classPath where this module's classes are
 * @param pullBodyBytes message body size that its pull answers carry
 */
record EchoPeer(String classPath, String java, int pullBodyBytes) implements Peer {
    private static final Pattern READY = Pattern.compile("echo ready: (\\d+)");

    /** The same with pull answers of another body size. */
    EchoPeer answering(int bodyBytes) {
        return new EchoPeer(classPath, java, bodyBytes);
    }

    @Override
    public String title() {
        return "limit";
    }

    @Override
    public boolean stores() {
        return false;
    }

    @Override
    public RunningPeer start(Setup setup) {
        List<String> words = new ArrayList<>();
        words.add(java);
        words.addAll(setup.jvm());
        words.addAll(List.of("-cp", classPath, EchoMain.class.getName(), Integer.toString(pullBodyBytes)));
        ChildProcess echo = ChildProcess.start(new ChildProcess.Command("echo", words, Map.of(), setup.directory(), READY));
        Matcher ready = echo.awaitReady(Duration.ofSeconds(30));
        int port = Integer.parseInt(ready.group(1));
        return new RunningPeer(this, echo, List.of(), new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }
}
