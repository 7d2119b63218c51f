package old;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.StopReason;
import io.firn.spi.StopReport;
import io.firn.spi.admin.CommandSpec;
import io.firn.spi.admin.HttpReply;
import io.firn.spi.admin.HttpRoute;
import io.firn.spi.config.Default;
import io.firn.spi.config.Key;
import io.firn.spi.contract.Registration;
import io.firn.spi.dispatch.CommitLogDispatcher;
import io.firn.spi.dispatch.DispatchBatch;
import io.firn.spi.dispatch.DispatcherSpec;
import io.firn.spi.dispatch.LagLimit;
import io.firn.spi.dispatch.LagPolicy;
import io.firn.spi.dispatch.Progress;
import io.firn.spi.dispatch.StartFrom;
import io.firn.spi.message.PropertyName;
import io.firn.spi.metrics.Counter;
import io.firn.spi.metrics.Label;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.put.PutMessage;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.PutOutcome;
import io.firn.spi.put.PutView;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import io.firn.spi.read.FrameCursor;
import io.firn.spi.read.SegmentRef;
import io.firn.spi.retention.DeleteCause;
import io.firn.spi.retention.Hold;
import io.firn.spi.retention.SegmentCleanupHook;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicSelector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Uses what plugins of this version use. Compiled against recorded signatures, which have no generics. */
public final class OldPlugin implements BrokerPlugin {

    public record Settings(@Key("suffix") @Default("?") String suffix) {}

    public record Which(@Key("pattern") @Default("*") String pattern) {}

    private static final Verdict EMPTY = Verdict.reject(RejectCode.MESSAGE_ILLEGAL, "empty");
    private final AtomicLong asked = new AtomicLong();

    @Override
    public void start(PluginContext context) throws Exception {
        Settings settings = (Settings) context.config(Settings.class);
        Counter changed = context.metrics().counter("changed", "Messages changed.");
        Counter followed = context.metrics().counter("followed", "Messages followed.", new Label("by", "old"));
        HookSpec spec = HookSpec.of("suffix", Phase.TRANSFORM)
                .withPriority(7)
                .withTopics(TopicSelector.matching("t*").or(TopicSelector.named("u")));
        Registration hook = context.register().putHook(spec, new Suffix(settings.suffix(), changed));
        DispatcherSpec following = DispatcherSpec.of("follow")
                .withTopics(TopicSelector.all())
                .withStart(StartFrom.EARLIEST)
                .withLag(LagLimit.of(LagPolicy.HOLD_CLEANUP));
        context.register().dispatcher(following, new CommitLogDispatcher() {
            @Override
            public void dispatch(DispatchBatch batch, Progress progress) throws Exception {
                FrameCursor frames = batch.frames();
                while (frames.next()) {
                    if (frames.frame().property(PropertyName.KEYS) != null) {
                        followed.increment();
                    }
                }
                frames.close();
                progress.durableUpTo(batch.to());
            }
        });
        context.register().segmentCleanup(new SegmentCleanupHook() {
            @Override
            public Hold beforeDelete(SegmentRef segment, DeleteCause cause) {
                asked.incrementAndGet();
                return segment.from() == 0
                        ? Hold.until(context.clock().instant().plusSeconds(60), "the first one stays")
                        : Hold.NONE;
            }
        });
        context.register()
                .admin(
                        new CommandSpec("topics", "Lists topics.", Which.class, CommandSpec.Effect.READS),
                        (args, caller) -> names(context, ((Which) args).pattern()));
        context.register()
                .http(
                        new HttpRoute(HttpRoute.Method.GET, "/held/{what}"),
                        call -> HttpReply.text(200, call.variable("what") + ": " + asked.get()));
        context.scheduler().repeat("look", Duration.ofHours(1), () -> context.health().up("all"));
        context.logger().info("{} in {} with {}", context.plugin().id(), context.broker().name(), hook);
    }

    private static List names(PluginContext context, String pattern) {
        TopicSelector selector = TopicSelector.matching(pattern);
        List<String> names = new ArrayList<>();
        for (Object topic : context.topics().all()) {
            if (selector.test((Topic) topic)) {
                names.add(((Topic) topic).name());
            }
        }
        return names;
    }

    @Override
    public StopReport stop(StopReason reason, Duration grace) {
        return StopReport.clean();
    }

    private static final class Suffix implements PutMessageHook {

        private final byte[] suffix;
        private final Counter changed;

        Suffix(String suffix, Counter changed) {
            this.suffix = suffix.getBytes(StandardCharsets.UTF_8);
            this.changed = changed;
        }

        @Override
        public Verdict beforePut(PutMessage message) {
            if (message.bodyLength() == 0) {
                return EMPTY;
            }
            ByteBuffer longer = ByteBuffer.allocate(message.bodyLength() + suffix.length);
            longer.put(message.body()).put(suffix).flip();
            message.setBody(longer);
            message.setProperty("seen-by", "old");
            return Verdict.MODIFIED;
        }

        @Override
        public void afterPut(PutView message, PutOutcome outcome) {
            if (message.hasProperty(PropertyName.of("seen-by"))) {
                changed.increment();
            }
        }
    }
}
