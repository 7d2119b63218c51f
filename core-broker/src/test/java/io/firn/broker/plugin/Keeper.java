package io.firn.broker.plugin;

import io.firn.spi.StopReason;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Jars of a plugin that owns data: it replaces the queues of topic {@code T} by a view of its own, holds every segment, and
 * has a dispatcher and commands. What a test wants of it stands in a map that both see, because it is made of the JDK's
 * types.
 */
public final class Keeper {

    private static final String SHARED = "firn.test.keeper";

    private static final String MEMBERS = """
            @SuppressWarnings("unchecked")
            static final Map<String, Object> SHARED =
                    (Map<String, Object>) System.getProperties().get("firn.test.keeper");

            public record Conf(@Key(value = "depth", doc = "How deep.") @Default("3") @Range(min = 1, max = 9) int depth,
                    @Key("token") @Default("abc") @Secret String token, @Key("pace") @Default("1s") @Dynamic Duration pace) {}

            public record Args(@Key(value = "topic", doc = "Which.") @Default("all") String topic,
                    @Key("times") @Default("1") @Range(min = 1, max = 5) int times,
                    @Key("flag") @Default("false") boolean flag) {}

            public record None() {}

            static final class All implements QueueReader {
                final QueueReader base;
                All(QueueReader base) { this.base = base; }
                @Override public ReadResult read(ReadRequest request) { return base.read(request); }
                @Override public long minOffset() { return base.minOffset(); }
                @Override public long maxOffset() { return base.maxOffset(); }
                @Override public OptionalLong offsetByTime(long timestampMs, Boundary boundary) {
                    return base.offsetByTime(timestampMs, boundary);
                }
                @Override public void close() {}
            }
            """;

    private static final String START = """
            if (SHARED.containsKey("fail " + context.plugin().version())) {
                throw new IllegalStateException("it can not, on purpose");
            }
            SHARED.put("started", context.plugin().version());
            context.config(Conf.class);
            context.register().queueReader(TopicSelector.named("T"), (queue, base) -> new All(base));
            context.register().segmentCleanup((segment, cause) ->
                    Hold.until(java.time.Instant.MAX, "kept on purpose"));
            context.register().dispatcher(DispatcherSpec.of("copy"), (batch, progress) -> {
                if (SHARED.containsKey("stuck")) {
                    throw new IllegalStateException("stuck on purpose");
                }
                progress.durableUpTo(batch.to());
            });
            context.register().admin(
                    new CommandSpec<>("echo", "Says what it was given.", Args.class, CommandSpec.Effect.READS),
                    (args, caller) -> List.of(Map.of("topic", args.topic(), "times", args.times(), "flag", args.flag())));
            context.register().admin(
                    new CommandSpec<>("who", "Says who asks.", None.class, CommandSpec.Effect.CHANGES),
                    (args, caller) -> caller.user().orElse("nobody in particular"));
            context.register().http(
                    new HttpRoute(HttpRoute.Method.GET, "/depth"), call -> HttpReply.ok("deep"));
            context.register().admin(
                    new CommandSpec<>("fail", "Fails.", None.class, CommandSpec.Effect.CHANGES), (args, caller) -> {
                        throw new IllegalStateException("failed on purpose");
                    });
            """;

    private static final String STOP = """
            SHARED.put("stopping", reason.name());
            if (SHARED.get("gate") instanceof java.util.concurrent.CountDownLatch gate && reason == StopReason.UPGRADE) {
                gate.await();
            }
            if (reason == StopReason.DETACH && SHARED.containsKey("needed")) {
                return new StopReport(List.of(), List.of("topic T"));
            }
            """;

    private Keeper() {}

    /** A jar of this version. */
    public static PluginJars jar(String version) {
        return PluginJars.plugin("keeper")
                .source("p.Main", PluginJars.main(MEMBERS, START, STOP))
                .with("Plugin-Version", version)
                .with("Plugin-Description", "Keeps topic T.")
                .with("Firn-Needs", "files")
                .with("Firn-Storage-Bound", "true");
    }

    /** The map of one test, empty. */
    public static Map<String, Object> share() {
        Map<String, Object> shared = new ConcurrentHashMap<>();
        System.getProperties().put(SHARED, shared);
        return shared;
    }

    /** Its stop for {@link StopReason#UPGRADE} waits for the latch. */
    public static CountDownLatch holdUpgrade(Map<String, Object> shared) {
        CountDownLatch gate = new CountDownLatch(1);
        shared.put("gate", gate);
        return gate;
    }
}
