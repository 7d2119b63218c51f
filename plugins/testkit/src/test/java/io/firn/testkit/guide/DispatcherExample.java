package io.firn.testkit.guide;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.dispatch.DispatcherSpec;
import io.firn.spi.metrics.Counter;
import io.firn.spi.read.FrameCursor;

// example
/** Counts the bytes of bodies, those of a batch that comes again twice. */
public final class DispatcherExample implements BrokerPlugin {

    @Override
    public void start(PluginContext context) {
        Counter bytes = context.metrics().counter("body_bytes", "Bytes of bodies.");
        context.register().dispatcher(DispatcherSpec.of("count"), (batch, progress) -> {
            try (FrameCursor frames = batch.frames()) {
                while (frames.next()) {
                    bytes.add(frames.frame().bodyLength());
                }
            }
            progress.durableUpTo(batch.to());
        });
    }
}
// end
