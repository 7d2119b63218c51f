package io.firn.broker.nameserver;

import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.server.RemotingClient;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.RegisterBrokerBody;
import io.firn.broker.wire.body.TopicConfigBody;
import io.firn.broker.wire.body.TopicConfigTable;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this broker known to its name servers: registers all topics at start and every period, one topic as soon as it
 * changes, and says goodbye at the end. A name server that does not answer is named once when it goes and once when it
 * is back, and never delays the others. Owner of its state: {@code firn-control}.
 */
public final class Registrar implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Registrar.class);
    private static final int CRC_MASK = 0x7FFF_FFFF;
    private static final long GOODBYE_MS = 500;
    private static final ExtKey COMPRESSED = ExtKey.of("compressed");
    private static final ExtKey BODY_CRC = ExtKey.of("bodyCrc32");

    private final Registration self;
    private final List<String> nameServers;
    private final RegistrationConfig config;
    private final TopicRegistry topics;
    private final RemotingClient client;
    private final TaskAgent control;
    private final Set<String> unreachable = new HashSet<>();
    /** Whether producers are told of this broker. Replaced by {@link #adopt}. */
    private volatile RegistrationConfig.Writing writing;
    /** Set once, by whoever closes: no registration may follow the goodbye. */
    private volatile boolean closed;

    private Registrar(
            Identity identity,
            RegistrationConfig config,
            TopicRegistry topics,
            RemotingClient client,
            TaskAgent control) {
        this.self = identity.registration();
        this.nameServers = List.copyOf(identity.nameServers);
        this.config = config;
        this.writing = config.writing();
        this.topics = topics;
        this.client = client;
        this.control = control;
    }

    /**
     * Who registers, and where.
     *
     * @param address {@code host:port} clients connect to
     * @param nameServers {@code host:port} each
     */
    public record Identity(
            String clusterName, String brokerName, long brokerId, String address, Collection<String> nameServers) {

        Registration registration() {
            return new Registration(clusterName, brokerName, brokerId, address, address);
        }
    }

    /** Starts registering; the returned registrar is ready, {@link #registered()} tells when name servers know. */
    public static Registrar open(
            Identity identity,
            RegistrationConfig config,
            TopicRegistry topics,
            RemotingClient client,
            TaskAgent control) {
        Registrar registrar = new Registrar(identity, config, topics, client, control);
        topics.onChange(change -> {
            Topic after = change.after();
            if (after != null) {
                registrar.send(Map.of(after.name(), registrar.body(after)), new CompletableFuture<>());
            }
        });
        control.every(config.period(), () -> registrar.registerAll(new CompletableFuture<>()));
        return registrar;
    }

    /** Goes by these settings from now on, as far as {@link RegistrationConfig#LIVE} names them. Any thread. */
    public void adopt(RegistrationConfig changed) {
        writing = changed.writing();
        control.execute(() -> registerAll(new CompletableFuture<>()));
    }

    /** Registers everything now; completes when every name server has answered or failed to. */
    public CompletableFuture<?> registered() {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        control.execute(() -> registerAll(done));
        return done;
    }

    /** Makes topics known; completes when every name server has answered or failed to, never exceptionally. */
    public CompletableFuture<?> announce(List<Topic> changed) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        Map<String, TopicConfigBody> bodies = new TreeMap<>();
        changed.forEach(topic -> bodies.put(topic.name(), body(topic)));
        send(bodies, done);
        return done;
    }

    private void registerAll(CompletableFuture<Boolean> done) {
        Map<String, TopicConfigBody> all = new TreeMap<>();
        topics.all().values().forEach(topic -> all.put(topic.name(), body(topic)));
        send(all, done);
    }

    /** Sends to every name server; {@code done} tells whether all of them took it. */
    private void send(Map<String, TopicConfigBody> changed, CompletableFuture<Boolean> done) {
        if (closed) {
            done.complete(false);
            return;
        }
        byte[] body = Json.encode(new RegisterBrokerBody(new TopicConfigTable(changed, topics.version()), List.of()));
        HeaderFields header = header(body);
        CompletableFuture<Boolean> all = CompletableFuture.completedFuture(true);
        for (String server : nameServers) {
            all = all.thenCombine(
                    client.call(server, RequestCode.REGISTER_BROKER, header, body, config.timeout())
                            .handleAsync((answer, failure) -> noted(server, answer, failure), control),
                    Boolean::logicalAnd);
        }
        all.whenComplete((taken, failure) -> done.complete(failure == null && taken));
    }

    private HeaderFields header(byte[] body) {
        CRC32 crc = new CRC32();
        crc.update(body);
        int sum = (int) crc.getValue() & CRC_MASK;
        return out -> {
            self.writeTo(out);
            out.put(COMPRESSED, false);
            out.put(BODY_CRC, sum);
        };
    }

    /** One line when a name server stops answering, one when it answers again. */
    private boolean noted(String server, @Nullable RemotingCommand answer, @Nullable Throwable failure) {
        String problem = problemOf(answer, failure);
        if (problem == null) {
            if (unreachable.remove(server)) {
                LOG.info("registered with name server {} again", server);
            }
            return true;
        }
        if (unreachable.add(server)) {
            LOG.warn("not registered with name server {}, trying again every {}: {}", server, config.period(), problem);
        }
        return false;
    }

    private static @Nullable String problemOf(@Nullable RemotingCommand answer, @Nullable Throwable failure) {
        if (answer == null) {
            return String.valueOf(failure == null ? "no answer" : failure.getMessage());
        }
        return answer.code() == ResponseCode.SUCCESS ? null : "code " + answer.code() + " " + answer.remark();
    }

    private TopicConfigBody body(Topic topic) {
        boolean forbidden = writing == RegistrationConfig.Writing.FORBIDDEN;
        return new TopicConfigBody(
                topic.name(),
                topic.readQueues(),
                topic.writeQueues(),
                forbidden ? topic.perm() & ~Topic.WRITE : topic.perm(),
                topic.filterType().name(),
                topic.sysFlag(),
                topic.order(),
                topic.attributes());
    }

    /** Tells every name server that the broker goes; waits for them only briefly. */
    @Override
    public void close() {
        closed = true;
        CompletableFuture<?> goodbyes = CompletableFuture.allOf(nameServers.stream()
                .map(server -> client.call(server, RequestCode.UNREGISTER_BROKER, self, new byte[0], config.timeout()))
                .toArray(CompletableFuture<?>[]::new));
        try {
            goodbyes.get(GOODBYE_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("a name server did not take the goodbye: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
