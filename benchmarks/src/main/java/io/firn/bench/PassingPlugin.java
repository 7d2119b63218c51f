package io.firn.bench;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.put.Verdict;
import java.util.List;

/** A plugin of four put hooks that let everything pass. One class, so that {@link PluginJar} can pack it. */
public final class PassingPlugin implements BrokerPlugin {

    @Override
    public void start(PluginContext context) {
        for (Phase phase : List.of(Phase.AUTHN, Phase.VALIDATE, Phase.QUOTA, Phase.OBSERVE)) {
            var _ = context.register()
                    .putHook(HookSpec.of("pass-" + phase.ordinal(), phase), message -> Verdict.ACCEPT);
        }
    }
}
