package io.firn.guard;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.tck.LifecycleContract;

final class GuardLifecycleTest extends LifecycleContract {

    @Override
    protected BrokerPlugin plugin() {
        return new GuardPlugin();
    }

    @Override
    protected Record[] configs() {
        return new Record[] {Books.config("* max-body=1MiB schema=order-1.json")};
    }
}
