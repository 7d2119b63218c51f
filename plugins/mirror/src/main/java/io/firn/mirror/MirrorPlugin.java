package io.firn.mirror;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.StopReason;
import io.firn.spi.StopReport;
import io.firn.spi.config.ConfigException;
import io.firn.spi.contract.ByteSize;
import io.firn.spi.dispatch.DispatcherSpec;
import io.firn.spi.dispatch.LagLimit;
import io.firn.spi.metrics.Label;
import io.firn.spi.topic.TopicKind;
import io.firn.spi.topic.TopicSelector;
import java.time.Duration;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Sends the messages of chosen topics on to another cluster. The client is opened with the first message. */
public final class MirrorPlugin implements BrokerPlugin {

    private static final int USUAL_QUEUES = 4;

    private @Nullable Target target;

    @Override
    public void start(PluginContext context) {
        MirrorConfig config = context.config(MirrorConfig.class);
        String own = ownName(config, context.broker().cluster());
        ToIntFunction<String> queues = topic -> context.topics()
                .get(topic)
                .map(found -> found.layout().writeQueues())
                .orElse(USUAL_QUEUES);
        RocketTarget opened =
                new RocketTarget(config, new Copies(own, context.broker().name()), queues);
        target = opened;
        context.metrics()
                .gauge(
                        "client",
                        "The stock client inside, by its version.",
                        () -> 1,
                        new Label("version", Copies.clientVersion()));
        MirrorDispatcher dispatcher = new MirrorDispatcher(
                opened, new Trail(own, config.targetName()), new MirrorReport(context, config.target()));
        LagLimit lag = new LagLimit(config.lagPolicy(), config.lagMax(), ByteSize.ofMebibytes(1));
        context.register()
                .dispatcher(
                        DispatcherSpec.of("mirror")
                                .withTopics(selector(config))
                                .withStart(config.start())
                                .withLag(lag),
                        dispatcher);
    }

    private static String ownName(MirrorConfig config, String cluster) {
        String own = config.name().isEmpty() ? cluster : config.name();
        Trail.checkName("name", own);
        if (own.equals(config.targetName())) {
            throw new ConfigException(
                    "target.name=" + own + " is the name of this cluster: give one of them another name (name= here,"
                            + " target.name= there), or messages could not be told from those that come"
                            + " back");
        }
        return own;
    }

    /** Topics of users alone: what waits for retries, and what is dead, belongs to the groups of this cluster. */
    private static TopicSelector selector(MirrorConfig config) {
        TopicSelector chosen = any(config.topics());
        TopicSelector users = chosen.and(TopicSelector.kind(TopicKind.NORMAL));
        return config.except().isEmpty() ? users : users.except(any(config.except()));
    }

    private static TopicSelector any(List<String> globs) {
        return globs.stream()
                .map(TopicSelector::matching)
                .reduce(TopicSelector::or)
                .orElseGet(TopicSelector::all);
    }

    @Override
    public StopReport stop(StopReason reason, Duration grace) throws InterruptedException {
        Target opened = target;
        if (opened != null) {
            opened.close(grace);
        }
        return StopReport.clean();
    }
}
