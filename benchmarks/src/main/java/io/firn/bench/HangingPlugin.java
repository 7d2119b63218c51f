package io.firn.bench;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.dispatch.DispatcherSpec;
import java.util.concurrent.CountDownLatch;

/** A plugin whose dispatcher never comes back from its first batch. One class, so that {@link PluginJar} can pack it. */
public final class HangingPlugin implements BrokerPlugin {

    @Override
    public void start(PluginContext context) {
        CountDownLatch never = new CountDownLatch(1);
        var _ = context.register().dispatcher(DispatcherSpec.of("hang"), (batch, progress) -> never.await());
    }
}
