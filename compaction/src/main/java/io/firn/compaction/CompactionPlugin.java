package io.firn.compaction;

import io.firn.compaction.disk.NioDisk;
import io.firn.compaction.pass.IoBudget;
import io.firn.compaction.pass.MemoryBudget;
import io.firn.compaction.pass.PassLimits;
import io.firn.compaction.pass.Tools;
import io.firn.compaction.queue.Compactor;
import io.firn.compaction.queue.Home;
import io.firn.compaction.queue.HostedQueues;
import io.firn.compaction.queue.Leases;
import io.firn.compaction.queue.TopicPolicy;
import io.firn.compaction.rocketmq.RocketmqImport;
import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.Registrar;
import io.firn.spi.StopReason;
import io.firn.spi.StopReport;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicAttributeSpec;
import io.firn.spi.topic.TopicChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compaction, as the broker loads it: reads the configuration, registers what the plugin does, ends it. Fields are set once, by
 * {@link #start}.
 */
public final class CompactionPlugin implements BrokerPlugin {

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration TRASH_CHECK = Duration.ofHours(1);

    private @Nullable HostedQueues queues;
    private @Nullable Compactor compactor;
    private @Nullable Leases leases;

    @Override
    public void start(PluginContext context) throws Exception {
        CompactionConfig config = context.config(CompactionConfig.class);
        int threads = config.threads(Runtime.getRuntime().availableProcessors());
        Tools tools = new Tools(
                new MemoryBudget(config.memory().toBytes(), threads),
                new IoBudget(config.io().toBytes(), System::nanoTime),
                context.clock(),
                PassLimits.NORMAL);
        Home home = new Home(new NioDisk(), context.dataDir(), context.clock(), new SecureRandom());
        HostedQueues hosted = new HostedQueues(
                home,
                context.reader(),
                context.groups(),
                new RocketmqImport(home.disk(), context.broker().storeDir(), tools, context.logger()));
        Compactor passes = new Compactor(
                hosted,
                tools,
                context.blockingIo(threads),
                threads,
                new PassReport(context.metrics(), context.logger()));
        Leases leased = new Leases(hosted, context.clock());
        queues = hosted;
        compactor = passes;
        leases = leased;
        ProducerThrottle throttle = new ProducerThrottle();
        register(context, hosted, passes, leased, throttle);
        QueueHealth health = new QueueHealth(hosted, passes, context.clock());
        context.scheduler().repeat("compact", TICK, () -> {
            leased.sweep();
            passes.tick();
            throttle.look(backlogs(hosted, passes));
            health.report(context.health());
        });
        context.scheduler().repeat("empty-trash", TRASH_CHECK, home::emptyTrash);
    }

    private static List<ProducerThrottle.Backlog> backlogs(HostedQueues hosted, Compactor passes) {
        return hosted.all().stream()
                .map(queue -> new ProducerThrottle.Backlog(
                        queue.ref(),
                        passes.lagMs(queue),
                        queue.policy().maxLag().toMillis()))
                .toList();
    }

    private static void register(
            PluginContext context, HostedQueues hosted, Compactor passes, Leases leased, ProducerThrottle throttle) {
        Registrar registrar = context.register();
        for (TopicAttributeSpec<?> attribute : TopicAttributes.ALL) {
            registrar.topicAttribute(attribute);
        }
        registrar.topicCheck(new TopicCombinations());
        KeyAdmission admission = new KeyAdmission();
        registrar.putHook(HookSpec.of("key", Phase.VALIDATE).withTopics(TopicAttributes.COMPACTED), admission);
        registrar.putHook(HookSpec.of("throttle", Phase.QUOTA).withTopics(TopicAttributes.COMPACTED), throttle);
        registrar.queueReader(TopicAttributes.COMPACTED, (ref, base) -> open(context, hosted, ref, base));
        registrar.segmentCleanup(new LogHold(hosted, leased, context));
        registrar.metrics(new QueueGauges(hosted, passes));
        Export export = new Export(hosted, context.dataDir(), context.clock(), context.blockingIo(1), context.logger());
        new Commands(hosted, passes, context.clock(), export).register(registrar);
        new TableRoutes(hosted, leased).register(registrar);
        Followers followers = new Followers(admission, throttle, hosted);
        context.topics().all().forEach(followers::follow);
        context.topics().onChange(followers::heard);
    }

    private static QueueReader open(PluginContext context, HostedQueues hosted, QueueRef ref, QueueReader base)
            throws IOException {
        Topic topic = context.topics()
                .get(ref.topic())
                .orElseThrow(() -> new IOException("queue " + ref + " has no topic any more"));
        return hosted.open(ref, topic, TopicAttributes.policy(topic), base);
    }

    /** Whoever wants to know of topics. */
    private record Followers(KeyAdmission admission, ProducerThrottle throttle, HostedQueues hosted) {

        void heard(TopicChange change) {
            switch (change) {
                case TopicChange.Created created -> follow(created.topic());
                case TopicChange.Altered altered -> follow(altered.after());
                case TopicChange.Deleted deleted -> forget(deleted.topic());
            }
        }

        void follow(Topic topic) {
            if (TopicAttributes.COMPACTED.test(topic)) {
                TopicPolicy wanted = TopicAttributes.policy(topic);
                admission.follow(topic, wanted.keyProperty());
                throttle.follow(topic);
                hosted.follow(topic.name(), wanted.policy());
            }
        }

        private void forget(Topic topic) {
            throttle.forget(topic.name());
            try {
                hosted.forget(topic.name());
            } catch (IOException e) {
                // the broker logs it; the data stays until a topic of that name is made again
                throw new UncheckedIOException("data of topic " + topic.name() + " could not be moved to the trash", e);
            }
        }
    }

    @Override
    public StopReport stop(StopReason reason, Duration grace) {
        if (compactor != null) {
            compactor.stop();
        }
        if (leases != null) {
            leases.revoke();
        }
        HostedQueues hosted = queues;
        if (hosted == null) {
            return StopReport.clean();
        }
        List<String> dependents = hosted.all().stream()
                .filter(queue -> queue.queue().manifest().cleanedTo() > 0)
                .map(queue -> "topic " + queue.ref().topic())
                .distinct()
                .sorted()
                .toList();
        hosted.close();
        return new StopReport(List.of(), dependents);
    }
}
