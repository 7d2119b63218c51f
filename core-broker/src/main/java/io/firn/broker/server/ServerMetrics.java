package io.firn.broker.server;

import io.firn.broker.runtime.Metrics;
import io.firn.broker.wire.ProtocolException;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the room counts, over all servers and clients of one {@link IoThreads}. Requests are labelled by code only for
 * codes that some request table has, closes only by the few causes there are. Any thread.
 */
final class ServerMetrics {

    private static final String REQUESTS = "firn_server_requests_total";
    private static final String REQUESTS_HELP = "Requests read, by request code.";
    private static final String CLOSES = "firn_server_closes_total";
    private static final String CLOSES_HELP = "Closed connections, by cause.";

    private final Metrics metrics;
    private final Metrics.Count received;
    private final Metrics.Count sent;
    private final Metrics.Count unsupported;
    private final Metrics.Count refused;
    private final Set<ChannelConnection> connections = ConcurrentHashMap.newKeySet();
    private final Map<String, Metrics.Count> closes = new HashMap<>();
    private final Map<Integer, Metrics.Count> requests = new TreeMap<>();

    private volatile CodeTable<Metrics.Count> requestsByCode = new CodeTable<>(Map.of());

    ServerMetrics(Metrics metrics, PooledByteBufAllocator allocator) {
        this.metrics = metrics;
        this.received = metrics.counter("firn_server_received_bytes_total", "Bytes read from sockets.");
        this.sent = metrics.counter("firn_server_sent_bytes_total", "Bytes handed over for writing to sockets.");
        this.refused = metrics.counter(
                "firn_server_refused_requests_total", "Requests refused as their connection has too many unanswered.");
        this.unsupported = metrics.counter(REQUESTS, REQUESTS_HELP, "code", "unsupported");
        for (CloseCause cause : new CloseCause[] {CloseCause.PEER, CloseCause.SHUTDOWN, CloseCause.IDLE}) {
            countCloses(cause.label());
        }
        countCloses(CloseCause.requested("").label());
        countCloses(CloseCause.overflow(0, 0).label());
        countCloses(CloseCause.failed(new IllegalStateException()).label());
        for (ProtocolException.Reason reason : ProtocolException.Reason.values()) {
            countCloses(CloseCause.malformedLabel(reason));
        }
        metrics.gauge("firn_server_connections", "Open connections.", connections::size);
        metrics.gauge("firn_server_queued_bytes", "Output that waits for sockets.", this::queuedBytes);
        metrics.gauge("firn_server_buffer_bytes", "Direct memory held for socket buffers.", () ->
                (double) allocator.metric().usedDirectMemory());
    }

    /** Gives each of these codes a label of its own. At wiring. */
    synchronized void label(Set<Integer> codes) {
        for (int code : codes) {
            requests.computeIfAbsent(code, c -> metrics.counter(REQUESTS, REQUESTS_HELP, "code", Integer.toString(c)));
        }
        requestsByCode = new CodeTable<>(requests);
    }

    void opened(ChannelConnection connection) {
        connections.add(connection);
    }

    void closed(ChannelConnection connection, CloseCause cause) {
        if (connections.remove(connection)) {
            Metrics.Count count = closes.get(cause.label());
            if (count != null) {
                count.increment();
            }
        }
    }

    void request(int code) {
        Metrics.@Nullable Count count = requestsByCode.find(code);
        (count == null ? unsupported : count).increment();
    }

    void refused() {
        refused.increment();
    }

    void received(int bytes) {
        received.add(bytes);
    }

    void sent(long bytes) {
        sent.add(bytes);
    }

    long receivedBytes() {
        return received.sum();
    }

    /** How many connections were closed for this cause so far. */
    long closes(String label) {
        Metrics.Count count = closes.get(label);
        return count == null ? 0 : count.sum();
    }

    private void countCloses(String label) {
        closes.put(label, metrics.counter(CLOSES, CLOSES_HELP, "cause", label));
    }

    private double queuedBytes() {
        long sum = 0;
        for (ChannelConnection connection : connections) {
            sum += connection.queuedBytes();
        }
        return sum;
    }
}
