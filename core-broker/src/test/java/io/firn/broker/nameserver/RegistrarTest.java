package io.firn.broker.nameserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.server.ClientConfig;
import io.firn.broker.server.IoConfig;
import io.firn.broker.server.IoThreads;
import io.firn.broker.server.RemotingClient;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.server.ServerConfig;
import io.firn.broker.topic.ConfigHome;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.topic.TopicsConfig;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.TopicRouteBody;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A broker keeps itself known to real name servers, of which one may be dead. */
final class RegistrarTest {

    private static final Duration PERIOD = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path root;

    private final Closer closer = new Closer();
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private TaskAgent control;
    private IoThreads io;
    private RemotingClient client;
    private TopicRegistry topics;
    private ConfigHome home;

    @BeforeEach
    void open() {
        Metrics metrics = new Metrics();
        ConfigView view = new ConfigView(Map.of());
        control = closer.add(agent("test-control"));
        TaskAgent housekeeper = closer.add(agent("test-housekeeper"));
        io = closer.add(IoThreads.open(IoConfig.from(view), Clock.system(), metrics));
        client = closer.add(RemotingClient.open(ClientConfig.defaults(), io, RequestRouter.empty()));
        home = new ConfigHome(root, control, housekeeper, Clock.system(), metrics);
        topics = TopicRegistry.open(TopicsConfig.from(view, "a", "c"), home);
        Logger logger = (Logger) LoggerFactory.getLogger(Registrar.class);
        AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                lines.add(event.getLevel() + " " + event.getFormattedMessage());
            }
        };
        listener.start();
        Level level = logger.getLevel();
        logger.setLevel(Level.INFO);
        closer.add(() -> logger.setLevel(level));
        logger.addAppender(listener);
        closer.add(() -> logger.detachAppender(listener));
    }

    @AfterEach
    void close() {
        closer.close();
    }

    @Test
    void isKnownUntilItSaysGoodbye() {
        NameServer server = nameServer(0);
        Registrar registrar = registrar(List.of("127.0.0.1:" + server.port()));
        assertThat(registrar.registered().join()).isEqualTo(true);
        assertThat(knows(server, "TBW102")).isTrue();

        topics.put(Topic.of("New", 4, 6)).join();
        await().until(() -> knows(server, "New"));
        registrar.close();

        assertThat(knows(server, "New")).isFalse();
        topics.put(Topic.of("Late", 4, 6)).join();
        assertThat(registrar.announce(List.of(Topic.of("Late", 4, 6))).join()).isEqualTo(false);
        assertThat(knows(server, "Late")).isFalse();
    }

    @Test
    void takesTheBrokerOutOfTheRoutesOfProducers() {
        NameServer server = nameServer(0);
        Registrar registrar = closer.add(registrar(List.of("127.0.0.1:" + server.port())));
        topics.put(Topic.of("T", 4, 6)).join();
        await().until(() -> perm(server, "T") == 6);

        registrar.adopt(new RegistrationConfig(PERIOD, PATIENCE, RegistrationConfig.Writing.FORBIDDEN));
        await().until(() -> perm(server, "T") == 4);
        topics.put(Topic.of("Later", 4, 6)).join();
        await().until(() -> perm(server, "Later") == 4);
        assertThat(topics.required("T").perm()).isEqualTo(6);

        registrar.adopt(new RegistrationConfig(PERIOD, PATIENCE, RegistrationConfig.Writing.ALLOWED));
        await().until(() -> perm(server, "Later") == 6);
    }

    /** As routes have it, 0 when the topic has no route. */
    private int perm(NameServer server, String topic) {
        RemotingCommand answer = client.call(
                        "127.0.0.1:" + server.port(),
                        RequestCode.GET_ROUTEINFO_BY_TOPIC,
                        out -> out.put(ExtKey.of("topic"), topic),
                        new byte[0],
                        PATIENCE)
                .join();
        return answer.code() == ResponseCode.SUCCESS
                ? Json.decode(answer.bodyBytes(), TopicRouteBody.class)
                        .queueDatas()
                        .getFirst()
                        .perm()
                : 0;
    }

    @Test
    void warnsOnceOfADeadNameServerAndFindsItAgain() throws IOException {
        int port = freePort();
        NameServer alive = nameServer(0);
        Registrar registrar = closer.add(registrar(List.of("127.0.0.1:" + alive.port(), "127.0.0.1:" + port)));

        assertThat(registrar.registered().join()).isEqualTo(false);
        assertThat(registrar.registered().join()).isEqualTo(false);
        assertThat(knows(alive, "TBW102")).isTrue();
        assertThat(lines)
                .filteredOn(line -> line.startsWith("WARN"))
                .singleElement()
                .asString()
                .contains("not registered with name server 127.0.0.1:" + port);

        NameServer back = nameServer(port);

        await().until(() -> knows(back, "TBW102"));
        await().until(() -> lines.contains("INFO registered with name server 127.0.0.1:" + port + " again"));
        assertThat(lines).filteredOn(line -> line.startsWith("WARN")).hasSize(1);
    }

    @Test
    void doesNotLetAnUnreadableAddressHinderOthers() {
        NameServer alive = nameServer(0);
        Registrar registrar = closer.add(registrar(List.of("nonsense", "127.0.0.1:" + alive.port())));

        assertThat(registrar.registered().join()).isEqualTo(false);
        assertThat(knows(alive, "TBW102")).isTrue();
        assertThat(lines).anyMatch(line -> line.contains("'nonsense' is not host:port"));
    }

    private Registrar registrar(List<String> nameServers) {
        return Registrar.open(
                new Registrar.Identity("c", "a", 0, "127.0.0.1:10911", nameServers),
                new RegistrationConfig(PERIOD, PATIENCE, RegistrationConfig.Writing.ALLOWED),
                topics,
                client,
                control);
    }

    private NameServer nameServer(int port) {
        ServerConfig config = ServerConfig.onePort("127.0.0.1", port, "test");
        return closer.add(NameServer.open(config, io, home));
    }

    private boolean knows(NameServer server, String topic) {
        return client.call(
                                "127.0.0.1:" + server.port(),
                                RequestCode.GET_ROUTEINFO_BY_TOPIC,
                                out -> out.put(ExtKey.of("topic"), topic),
                                new byte[0],
                                PATIENCE)
                        .join()
                        .code()
                == ResponseCode.SUCCESS;
    }

    private static TaskAgent agent(String name) {
        return TaskAgent.start(name, 1024, Clock.system(), (component, cause) -> {});
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
