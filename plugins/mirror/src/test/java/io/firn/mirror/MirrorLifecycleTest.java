package io.firn.mirror;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.tck.LifecycleContract;

/** Without the client, which is opened with the first message: that it goes is shown in a broker. */
final class MirrorLifecycleTest extends LifecycleContract {

    @Override
    protected BrokerPlugin plugin() {
        return new MirrorPlugin();
    }

    @Override
    protected Record[] configs() {
        return new Record[] {Targets.config("127.0.0.1:9876", "here")};
    }
}
