package io.firn.compaction;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.tck.LifecycleContract;

/** Starts, stops and leaves nothing behind. */
final class CompactionLifecycleTest extends LifecycleContract {

    @Override
    protected BrokerPlugin plugin() {
        return new CompactionPlugin();
    }

    @Override
    protected Record[] configs() {
        return new Record[] {CompactionConfig.NORMAL};
    }
}
