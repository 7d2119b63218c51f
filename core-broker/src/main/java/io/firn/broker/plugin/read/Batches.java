package io.firn.broker.plugin.read;

import io.firn.spi.message.FrameBatch;

/** Gives batches back to the plugin they came from. */
final class Batches {

    private Batches() {}

    /** What the plugin's own release throws stays in its guard. */
    static void close(FrameBatch batch, ReadGuard guard) {
        try {
            batch.close();
        } catch (RuntimeException e) {
            var _ = guard.failed(e);
        }
    }
}
