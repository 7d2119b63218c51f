package io.firn.testkit.guide;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.config.Default;
import io.firn.spi.config.Dynamic;
import io.firn.spi.config.Key;
import io.firn.spi.config.Range;
import io.firn.spi.contract.ByteSize;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;

// example
/** Refuses large messages; the limit may change while it runs. */
public final class ConfigExample implements BrokerPlugin {

    public record Limits(
            @Key(value = "max.body", doc = "Largest body.") @Default("64KiB") @Range(min = 1) @Dynamic
            ByteSize maxBody) {}

    private volatile Limits limits = new Limits(new ByteSize(65_536));

    @Override
    public void start(PluginContext context) {
        limits = context.config(Limits.class);
        context.onConfigChange(Limits.class, (before, after) -> limits = after);
        Verdict tooLarge = Verdict.reject(RejectCode.MESSAGE_ILLEGAL, "the body is larger than max.body");
        context.register()
                .putHook(
                        HookSpec.of("size", Phase.VALIDATE),
                        message -> message.bodyLength() > limits.maxBody().toBytes() ? tooLarge : Verdict.ACCEPT);
    }
}
// end
