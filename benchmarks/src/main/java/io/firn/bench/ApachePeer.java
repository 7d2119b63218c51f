package io.firn.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Apache RocketMQ: a broker with its defaults on the send and pull path, and a name server beside it. What differs from
 * the defaults: loopback addresses, no refusal because a request waited long for a core or a page, 32 messages per pull
 * from disk as from memory, and no deletion because the disk is full.
 */
record ApachePeer(Path jars, String java) implements Peer {
    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final Pattern BOOT = Pattern.compile("boot success");
    private static final List<String> OPENS = List.of(
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    @Override
    public String title() {
        return "Apache";
    }

    @Override
    public RunningPeer start(Setup setup) {
        Path dir = setup.directory();
        int namesrvPort = freePort();
        int port = freeBrokerPort();
        write(
                dir.resolve("namesrv.conf"),
                "listenPort=" + namesrvPort,
                "bindAddress=127.0.0.1",
                "kvConfigPath=" + dir.resolve("kvConfig.json"),
                "configStorePath=" + dir.resolve("namesrv.properties"));
        write(dir.resolve("broker.conf"), brokerConf(setup, namesrvPort, port));
        ChildProcess namesrv = ChildProcess.start(new ChildProcess.Command(
                "namesrv",
                words(
                        List.of("-Xms64m", "-Xmx64m", "-XX:+UseSerialGC"),
                        dir.resolve("namesrv"),
                        "org.apache.rocketmq.namesrv.NamesrvStartup",
                        dir.resolve("namesrv.conf")),
                Map.of("ROCKETMQ_HOME", dir.toString()),
                dir,
                BOOT));
        ChildProcess broker = null;
        try {
            namesrv.awaitReady(START_LIMIT);
            broker = ChildProcess.start(new ChildProcess.Command(
                    "apache",
                    words(setup.jvm(), dir, "org.apache.rocketmq.broker.BrokerStartup", dir.resolve("broker.conf")),
                    Map.of("ROCKETMQ_HOME", dir.toString()),
                    dir,
                    BOOT));
            broker.awaitReady(START_LIMIT);
        } catch (BenchException e) {
            namesrv.close();
            if (broker != null) {
                broker.close();
            }
            throw e;
        }
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return new RunningPeer(this, broker, List.of(namesrv), address);
    }

    private List<String> words(List<String> jvm, Path home, String mainClass, Path config) {
        List<String> words = new ArrayList<>();
        words.add(java);
        words.addAll(jvm);
        words.addAll(OPENS);
        words.add("-Duser.home=" + home);
        words.addAll(List.of("-cp", jars + "/*", mainClass, "-c", config.toString()));
        return words;
    }

    private String[] brokerConf(Setup setup, int namesrvPort, int port) {
        return new String[] {
            "brokerClusterName=DefaultCluster",
            "brokerName=" + brokerName(),
            "brokerId=0",
            "brokerRole=ASYNC_MASTER",
            "flushDiskType=ASYNC_FLUSH",
            "namesrvAddr=127.0.0.1:" + namesrvPort,
            "brokerIP1=127.0.0.1",
            "brokerIP2=127.0.0.1",
            "bindAddress=127.0.0.1",
            "listenPort=" + port,
            "haListenPort=" + (port + 1),
            "storePathRootDir=" + setup.store(),
            "storePathCommitLog=" + setup.store().resolve("commitlog"),
            "diskMaxUsedSpaceRatio=95",
            "maxTransferCountOnMessageInDisk=" + PullFrame.MESSAGES,
            "maxTransferBytesOnMessageInDisk=262144",
            "waitTimeMillsInSendQueue=15000",
            "waitTimeMillsInPullQueue=30000",
            "osPageCacheBusyTimeOutMills=15000"
        };
    }

    private static void write(Path file, String... lines) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, List.of(lines));
        } catch (IOException e) {
            throw new BenchException("cannot write " + file, e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new BenchException("no free port", e);
        }
    }

    /** The broker takes three ports: two below, this one, one above. */
    private static int freeBrokerPort() {
        for (int attempt = 0; attempt < 50; attempt++) {
            int port = freePort();
            if (isFree(port - 2) && isFree(port) && isFree(port + 1)) {
                return port;
            }
        }
        throw new BenchException("found no port whose neighbours are free");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
