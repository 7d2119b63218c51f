package io.firn.broker;

import io.firn.broker.plugin.plane.DataPlane;
import io.firn.broker.plugin.read.ReadSources;
import io.firn.broker.record.RecordView;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.server.ClientConfig;
import io.firn.broker.server.IoConfig;
import io.firn.broker.server.IoThreads;
import io.firn.broker.server.RemotingClient;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.ExtWriter;
import io.firn.broker.wire.RemotingCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A whole broker on free ports with small files, and a client of its own beside it. */
public final class RunningBroker implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern READY = Pattern.compile("firn ready: broker (\\S+), name server (\\S+), admin (\\S+)");

    private final Closer closer = new Closer();
    private final Broker broker;
    private final RemotingClient client;
    private final String address;
    private final String nameServer;
    private final String admin;

    private RunningBroker(Ground ground, Path root, String... settings) {
        try {
            broker = closer.add(Broker.open(settings(root, settings), ground));
            Matcher ready = READY.matcher(broker.readyLine());
            if (!ready.matches()) {
                throw new IllegalStateException(broker.readyLine());
            }
            address = ready.group(1);
            nameServer = ready.group(2);
            admin = ready.group(3);
            IoThreads io =
                    closer.add(IoThreads.open(IoConfig.from(new ConfigView(Map.of())), Clock.system(), new Metrics()));
            client = closer.add(RemotingClient.open(ClientConfig.defaults(), io, RequestRouter.empty()));
            ask(0);
        } catch (RuntimeException e) {
            closer.close();
            throw e;
        }
    }

    public static RunningBroker open(Path root, String... settings) {
        return on(Ground.machine(), root, settings);
    }

    /** With a clock or a disk of the test's own. */
    public static RunningBroker on(Ground ground, Path root, String... settings) {
        return new RunningBroker(ground, root, settings);
    }

    /** Settings for a broker in this directory: free ports, small files; {@code key=value} each. */
    public static Map<String, String> settings(Path root, String... settings) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("storePathRootDir", root.toString());
        values.put("listenPort", "0");
        values.put("firn.nameserver.port", "0");
        values.put("firn.admin.port", "0");
        values.put("mappedFileSizeCommitLog", "1048576");
        values.put("firn.log.populateAhead", "64KiB");
        values.put("mappedFileSizeConsumeQueue", "20000");
        values.put("maxHashSlotNum", "1000");
        values.put("maxIndexNum", "4000");
        for (String setting : settings) {
            int at = setting.indexOf('=');
            values.put(setting.substring(0, at), setting.substring(at + 1));
        }
        return values;
    }

    /** Where plugins' hooks meet messages: tests register there without a jar. */
    public DataPlane plane() {
        return Objects.requireNonNull(broker.plugins()).plane();
    }

    public String address() {
        return address;
    }

    public String nameServer() {
        return nameServer;
    }

    /** Address of the admin server. */
    public String admin() {
        return admin;
    }

    /** What plugins register to read with. */
    public ReadSources reads() {
        return Objects.requireNonNull(broker.plugins()).reads();
    }

    /** The sum of a metric over its labels, as the admin page shows it. */
    public double metric(String name) {
        try (Stream<String> lines = new BufferedReader(new InputStreamReader(
                        URI.create(admin + "/metrics").toURL().openStream(), StandardCharsets.UTF_8))
                .lines()) {
            return lines.filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the admin server answers. */
    public record Page(int status, String text) {}

    /** Asks the admin server. */
    public Page page(String method, String path, String body) {
        return page(method, path, body, "");
    }

    /** The same as an operator with a token, unless that is empty. */
    public Page page(String method, String path, String body, String token) {
        try {
            HttpURLConnection http =
                    (HttpURLConnection) URI.create(admin + path).toURL().openConnection();
            http.setRequestMethod(method);
            if (!token.isEmpty()) {
                http.setRequestProperty("Authorization", "Bearer " + token);
            }
            if (!body.isEmpty()) {
                http.setDoOutput(true);
                http.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
            }
            int status = http.getResponseCode();
            try (InputStream in = status < 400 ? http.getInputStream() : http.getErrorStream()) {
                return new Page(status, in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks with {@code key, value, …} as ext fields and no body. */
    public RemotingCommand ask(int code, String... fields) {
        return call(code, new byte[0], fields).join();
    }

    public RemotingCommand askWithBody(int code, String body, String... fields) {
        return call(code, body.getBytes(StandardCharsets.UTF_8), fields).join();
    }

    /** Asks the name server. */
    public RemotingCommand askNameServer(int code, String... fields) {
        return client.call(nameServer, code, out -> put(out, fields), new byte[0], PATIENCE)
                .join();
    }

    /** Sends a request; requests of one thread arrive in order. */
    public CompletableFuture<RemotingCommand> call(int code, byte[] body, String... fields) {
        return client.call(address, code, out -> put(out, fields), body, PATIENCE);
    }

    private static void put(ExtWriter out, String... fields) {
        for (int i = 0; i < fields.length; i += 2) {
            out.put(ExtKey.of(fields[i]), fields[i + 1]);
        }
    }

    /** Header of a send with the one-letter names; {@code more} is added or overrides. */
    public static String[] sendFields(String topic, int queueId, String properties, String... more) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("a", "producers");
        fields.put("b", topic);
        fields.put("c", "TBW102");
        fields.put("d", "4");
        fields.put("e", Integer.toString(queueId));
        fields.put("f", "0");
        fields.put("g", "1700000000000");
        fields.put("h", "0");
        fields.put("i", properties);
        return overridden(fields, more);
    }

    /** Header of a pull that carries the expression {@code *} and does not wait; {@code more} is added or overrides. */
    public static String[] pullFields(String topic, int queueId, long offset, String... more) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("consumerGroup", "readers");
        fields.put("topic", topic);
        fields.put("queueId", Integer.toString(queueId));
        fields.put("queueOffset", Long.toString(offset));
        fields.put("maxMsgNums", "32");
        fields.put("sysFlag", "4");
        fields.put("commitOffset", "0");
        fields.put("suspendTimeoutMillis", "0");
        fields.put("subscription", "*");
        fields.put("subVersion", "0");
        return overridden(fields, more);
    }

    private static String[] overridden(Map<String, String> fields, String... more) {
        for (int i = 0; i < more.length; i += 2) {
            fields.put(more[i], more[i + 1]);
        }
        List<String> flat = new ArrayList<>();
        fields.forEach((key, value) -> {
            flat.add(key);
            flat.add(value);
        });
        return flat.toArray(String[]::new);
    }

    /** The records that an answer's body holds. */
    public static List<RecordView> records(RemotingCommand answer) {
        MemorySegment bytes = MemorySegment.ofArray(answer.bodyBytes());
        List<RecordView> records = new ArrayList<>();
        long at = 0;
        while (at < bytes.byteSize()) {
            RecordView record = new RecordView().wrap(bytes, at, bytes.byteSize());
            records.add(record);
            at += record.totalSize();
        }
        return records;
    }

    /** A record's body as text. */
    public static String body(RecordView record) {
        return text(record, record.bodyOffset(), record.bodyLength());
    }

    /** A record's properties as they are stored. */
    public static String properties(RecordView record) {
        return text(record, record.propertiesOffset(), record.propertiesLength());
    }

    private static String text(RecordView record, long from, int length) {
        byte[] bytes = record.memory().asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The bodies an answer holds. */
    public static List<String> bodies(RemotingCommand answer) {
        return records(answer).stream().map(RunningBroker::body).toList();
    }

    /** Stops the broker, not the client. */
    public void stop() {
        broker.close();
    }

    @Override
    public void close() {
        closer.close();
    }
}
