package io.firn.tiered;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.BrokerRole;
import io.firn.spi.PluginContext;
import io.firn.spi.Registrar;
import io.firn.spi.StopReason;
import io.firn.spi.StopReport;
import io.firn.spi.cold.ColdReaderSpec;
import io.firn.tiered.operator.Commands;
import io.firn.tiered.operator.Figures;
import io.firn.tiered.operator.HealthWatch;
import io.firn.tiered.operator.LookCommands;
import io.firn.tiered.operator.RepairCommands;
import io.firn.tiered.retention.RetentionRules;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tiered storage, as the broker loads it: reads the configuration, registers what the plugin does, ends it. Fields are set
 * once, by {@link #start}.
 */
public final class TieredPlugin implements BrokerPlugin {
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration HEALTH = Duration.ofSeconds(5);

    private @Nullable Tier tier;
    private @Nullable ReaderTier reader;

    @Override
    public void start(PluginContext context) {
        TieredConfig config = context.config(TieredConfig.class);
        if (context.broker().role() == BrokerRole.READER) {
            ReaderTier following = ReaderTier.open(context, config);
            reader = following;
            following.start(context.register());
            return;
        }
        Tier running = Tier.open(context, config);
        tier = running;
        Registrar registrar = context.register();
        registrar.segmentCleanup(running.gate());
        registrar.coldReader(ColdReaderSpec.of("archive"), running.reads());
        registrar.metrics(new Figures(running.operated()));
        registrar.topicAttribute(RetentionRules.ATTRIBUTE);
        new Commands(running.operated()).register(registrar);
        new LookCommands(running.operated().served()).register(registrar);
        new RepairCommands(running.operated(), running.tools()).register(registrar);
        HealthWatch health = new HealthWatch(running.operated(), running.gate(), context);
        context.scheduler().repeat("archive", TICK, running.archiver()::tick);
        context.scheduler().repeat("health", HEALTH, health::look);
    }

    @Override
    public StopReport stop(StopReason reason, Duration grace) {
        ReaderTier following = reader;
        if (following != null) {
            following.close();
        }
        Tier running = tier;
        if (running == null) {
            return StopReport.clean();
        }
        running.close();
        long upTo = running.archive().archivedUpTo();
        return upTo <= 0
                ? StopReport.clean()
                : new StopReport(List.of(), List.of("messages of the log below position " + upTo));
    }
}
