package io.firn.compaction;

import io.firn.compaction.queue.HostedQueue;
import io.firn.compaction.queue.HostedQueues;
import io.firn.compaction.queue.Leases;
import io.firn.compaction.queue.QueueTable;
import io.firn.spi.Registrar;
import io.firn.spi.admin.HttpCall;
import io.firn.spi.admin.HttpHandler;
import io.firn.spi.admin.HttpReply;
import io.firn.spi.admin.HttpRoute;
import io.firn.spi.admin.HttpRoute.Method;
import io.firn.spi.topic.QueueRef;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tables over HTTP, below {@code /v1/plugins/compaction}: the last record of a key, all of them as JSON lines, leases for
 * readers that build a table. Any thread of the plugin.
 *
 * <pre>
 *   GET    /topics/{topic}/queues/{queue}/keys/{key}    a record, or 404
 *   GET    /topics/{topic}/snapshot[?queue=n]           a record a line; each queue ends with its barrier
 *   GET    /leases            POST /leases?topic=t[&amp;ttlSeconds=600]
 *   PUT    /leases/{id}[?ttlSeconds=600]                DELETE /leases/{id}
 * </pre>
 */
final class TableRoutes {

    private static final int NOT_FOUND = 404;
    private static final String USUAL_SECONDS = "600";

    private final HostedQueues queues;
    private final Leases leases;

    TableRoutes(HostedQueues queues, Leases leases) {
        this.queues = queues;
        this.leases = leases;
    }

    void register(Registrar registrar) {
        add(registrar, Method.GET, "/topics/{topic}/queues/{queue}/keys/{key}", this::latest);
        add(registrar, Method.GET, "/topics/{topic}/snapshot", this::snapshot);
        add(registrar, Method.GET, "/leases", call -> HttpReply.ok(leases.all()));
        add(registrar, Method.POST, "/leases", call -> HttpReply.ok(leases.open(wanted(call, "topic"), time(call))));
        add(registrar, Method.PUT, "/leases/{id}", this::renew);
        add(registrar, Method.DELETE, "/leases/{id}", this::close);
    }

    private static void add(Registrar registrar, Method method, String path, HttpHandler handler) {
        registrar.http(new HttpRoute(method, path), handler);
    }

    private HttpReply latest(HttpCall call) throws IOException {
        QueueRef ref = new QueueRef(call.variable("topic"), number("queue", call.variable("queue")));
        HostedQueue queue =
                queues.find(ref).orElseThrow(() -> new IllegalArgumentException("no open compacted queue " + ref));
        String key = call.variable("key");
        String found = QueueTable.latest(queue, key);
        return found == null
                ? HttpReply.text(NOT_FOUND, "queue " + ref + " has no record of key " + key)
                : new HttpReply.Text(200, "application/json", found);
    }

    private HttpReply snapshot(HttpCall call) {
        String topic = call.variable("topic");
        String queue = call.query("queue").orElse(null);
        List<HostedQueue> wanted = queues(topic, queue == null ? null : number("queue", queue));
        return new HttpReply.Stream(200, "application/x-ndjson", out -> {
            for (HostedQueue next : wanted) {
                QueueTable.write(next, out);
            }
        });
    }

    private List<HostedQueue> queues(String topic, @Nullable Integer number) {
        List<HostedQueue> found = queues.all().stream()
                .filter(queue -> queue.ref().topic().equals(topic))
                .filter(queue -> number == null || number == queue.ref().queueId())
                .sorted(Comparator.comparingInt(queue -> queue.ref().queueId()))
                .toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    "no open compacted queue of topic " + topic + (number == null ? "" : " with number " + number));
        }
        return found;
    }

    private HttpReply renew(HttpCall call) {
        Leases.Lease lease = leases.renew(call.variable("id"), time(call));
        return lease == null ? ended(call) : HttpReply.ok(lease);
    }

    private HttpReply close(HttpCall call) {
        return leases.close(call.variable("id")) ? HttpReply.text(200, "closed") : ended(call);
    }

    private static HttpReply ended(HttpCall call) {
        return HttpReply.text(
                NOT_FOUND, "there is no lease " + call.variable("id") + " any more: start again with a new one");
    }

    private static Duration time(HttpCall call) {
        return Duration.ofSeconds(number("ttlSeconds", call.query("ttlSeconds").orElse(USUAL_SECONDS)));
    }

    private static String wanted(HttpCall call, String name) {
        return call.query(name)
                .orElseThrow(() -> new IllegalArgumentException("the parameter " + name + " is missing"));
    }

    private static int number(String name, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a number, not '" + text + "'", e);
        }
    }
}
