package io.firn.testkit.guide;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.put.AsyncHookSpec;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import io.firn.spi.topic.TopicSelector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

// example
/** Refuses payments while a file says so: looking at a file may wait. */
public final class AsyncPutHookExample implements BrokerPlugin {

    private static final Verdict CLOSED = Verdict.reject(RejectCode.NO_PERMISSION, "payments are closed");

    @Override
    public void start(PluginContext context) {
        Path closed = context.dataDir().resolve("closed");
        Executor io = context.blockingIo(4);
        HookSpec spec = HookSpec.of("open", Phase.VALIDATE).withTopics(TopicSelector.named("payments"));
        context.register()
                .asyncPutHook(
                        AsyncHookSpec.of(spec),
                        (message, deadline) -> CompletableFuture.supplyAsync(
                                () -> Files.exists(closed) ? CLOSED : Verdict.ACCEPT, io));
    }
}
// end
