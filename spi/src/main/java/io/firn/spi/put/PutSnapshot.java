package io.firn.spi.put;

import io.firn.spi.contract.Incubating;
import io.firn.spi.topic.QueueRef;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a message on its way into the log. Immutable; any thread; may be kept.
 *
 * @param target topic and queue it will be stored in
 * @param origin where it comes from
 * @param client who sends it; null when the broker itself stores it
 * @param body read-only, position 0 to limit; share it by {@link ByteBuffer#duplicate()}
 * @param properties names and values
 * @since 1.0
 */
@Incubating
public record PutSnapshot(
        QueueRef target,
        PutOrigin origin,
        @Nullable ClientView client,
        ByteBuffer body,
        Map<String, String> properties) {

    /**
     * Takes read-only copies.
     *
     * @since 1.0
     */
    public PutSnapshot {
        body = body.asReadOnlyBuffer();
        properties = Map.copyOf(properties);
    }
}
