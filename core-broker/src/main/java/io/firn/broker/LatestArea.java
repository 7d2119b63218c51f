package io.firn.broker;

import io.firn.broker.admin.HttpArea;
import io.firn.broker.plugin.read.ReadSources;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RequestException;
import io.firn.spi.message.FrameView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@code GET /v1/latest/<topic>/<queueId>?key=<key>}: the newest message of a key, where a plugin keeps one per key. Runs on
 * the admin pool, whose threads may wait.
 */
final class LatestArea implements HttpArea {

    static final String PATH = "/v1/latest";

    private static final long LIMIT_SECONDS = 30;

    private final ReadSources reads;

    LatestArea(ReadSources reads) {
        this.reads = reads;
    }

    /** A message in an answer; {@code body} in base64. */
    record Found(String topic, int queueId, long queueOffset, long storeTimestampMs, String body) {}

    @Override
    public Answer answer(Call call) {
        String[] path = call.rest().split("/", -1);
        String key = call.query().getOrDefault("key", "");
        if (!call.method().equals("GET") || path.length != 3 || !path[2].matches("\\d{1,9}") || key.isEmpty()) {
            return error(400, "ask GET " + PATH + "/<topic>/<queueId>?key=<key>");
        }
        try {
            Optional<byte[]> found = reads.latest(
                            path[1], Integer.parseInt(path[2]), key.getBytes(StandardCharsets.UTF_8))
                    .get(LIMIT_SECONDS, TimeUnit.SECONDS);
            return found.map(LatestArea::shown)
                    .orElseGet(() -> error(404, "queue " + path[1] + "-" + path[2] + " has no message of key " + key));
        } catch (ExecutionException e) {
            return failed(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            return error(504, "the plugin did not answer within " + LIMIT_SECONDS + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return error(503, "the broker stops");
        }
    }

    private static Answer failed(Throwable cause) {
        return switch (cause) {
            case BusyException busy -> error(503, String.valueOf(busy.getMessage()));
            case RequestException refused -> error(409, String.valueOf(refused.getMessage()));
            default -> throw new IllegalStateException("a failure of another kind", cause);
        };
    }

    private static Answer shown(byte[] record) {
        FrameView frame = new FrameView().wrap(ByteBuffer.wrap(record));
        byte[] body = new byte[frame.bodyLength()];
        frame.body().get(body);
        return json(
                200,
                new Found(
                        frame.topic(),
                        frame.queueId(),
                        frame.queueOffset(),
                        frame.storeTimestampMs(),
                        Base64.getEncoder().encodeToString(body)));
    }

    private static Answer error(int status, String message) {
        return json(status, Map.of("error", message));
    }

    private static Answer json(int status, Object value) {
        byte[] bytes = Json.pretty(value).getBytes(StandardCharsets.UTF_8);
        return new Answer(status, "application/json", out -> out.write(bytes));
    }
}
