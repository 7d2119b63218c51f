package io.firn.testkit.sample;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.put.Verdict;
import java.util.concurrent.locks.LockSupport;

/** Leaves a thread behind that does not mind being interrupted, and goes when {@link #END} is set. */
public final class Leaky implements BrokerPlugin {

    public static final String END = "firn.testkit.leaky.end";

    @Override
    public void start(PluginContext context) {
        Thread.ofPlatform().daemon().name("leaky").start(() -> {
            while (System.getProperty(END) == null) {
                LockSupport.parkNanos(1_000_000);
            }
        });
        context.register().putHook(HookSpec.of("look", Phase.OBSERVE), message -> Verdict.ACCEPT);
    }
}
