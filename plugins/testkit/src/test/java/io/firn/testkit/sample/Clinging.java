package io.firn.testkit.sample;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.put.Verdict;

/** Leaves one of its objects where it is never forgotten. */
public final class Clinging implements BrokerPlugin {

    public static final String KEY = "firn.testkit.clinging";

    @Override
    public void start(PluginContext context) {
        System.getProperties().put(KEY, this);
        context.register().putHook(HookSpec.of("look", Phase.OBSERVE), message -> Verdict.ACCEPT);
    }
}
