package io.firn.broker.plugin;

import java.util.Locale;

/** Statements that register one thing of each kind, whose every call runs what a test wants it to. */
enum Bad {
    PUT_HOOK("""
        context.register().putHook(HookSpec.of("bad", Phase.OBSERVE), m -> { act(); return Verdict.ACCEPT; });
        """),
    PUT_LISTENER("""
        context.register().putHook(HookSpec.of("bad", Phase.OBSERVE), new PutMessageHook() {
            public Verdict beforePut(PutMessage m) { return Verdict.ACCEPT; }
            public void afterPut(PutView m, PutOutcome o) { act(); }
        });
        """),
    ASYNC_PUT_HOOK("""
        context.register().asyncPutHook(
                new AsyncHookSpec(HookSpec.of("bad", Phase.OBSERVE), Duration.ofMillis(300)), (m, d) -> {
            act();
            return java.util.concurrent.CompletableFuture.completedFuture(Verdict.ACCEPT);
        });
        """),
    DISPATCHER("""
        context.register().dispatcher(DispatcherSpec.of("bad"), (batch, progress) -> {
            act();
            progress.durableUpTo(batch.to());
        });
        """),
    CLEANUP_HOOK("""
        context.register().segmentCleanup((segment, cause) -> { act(); return Hold.NONE; });
        """),
    COLD_READER("""
        context.register().coldReader(new ColdReaderSpec("bad", TopicSelector.named("T"), 1), new ColdReader() {
            public Coverage coverage(QueueRef queue) { return new Coverage(0, 10); }
            public java.util.concurrent.CompletionStage<ColdBatch> read(ColdRequest request, CancelToken token) {
                act();
                return java.util.concurrent.CompletableFuture.completedFuture(new ColdBatch.Skipped(10));
            }
        });
        """),
    QUEUE_READER("""
        context.register().queueReader(TopicSelector.named("T"), (queue, base) -> new QueueReader() {
            public ReadResult read(ReadRequest request) { act(); return base.read(request); }
            public long minOffset() { return base.minOffset(); }
            public long maxOffset() { return base.maxOffset(); }
            public OptionalLong offsetByTime(long time, Boundary boundary) {
                return base.offsetByTime(time, boundary);
            }
            public void close() {}
        });
        """),
    QUEUE_FACTORY("""
        context.register().queueReader(TopicSelector.named("T"), (queue, base) -> { act(); return base; });
        """),
    COMMAND("""
        context.register().admin(
                new CommandSpec<>("bad", "Does harm.", None.class, CommandSpec.Effect.READS),
                (arguments, caller) -> { act(); return Map.of(); });
        """),
    ROUTE("""
        context.register().http(new HttpRoute(HttpRoute.Method.GET, "/bad"), call -> { act(); return HttpReply.text(200, "well"); });
        """),
    METRICS("""
        context.register().metrics(sink -> { act(); sink.gauge("fine", "Fine.", 1); });
        """),
    TOPIC_CHECK("""
        context.register().topicCheck((before, after) -> { act(); return null; });
        """),
    TASK("""
        context.register().topicCheck((before, after) -> null);
        context.scheduler().repeat("bad", Duration.ofMillis(20), () -> act());
        """),
    TOPIC_LISTENER("""
        context.register().topicCheck((before, after) -> null);
        context.topics().onChange(change -> act());
        """);

    private final String registering;

    Bad(String registering) {
        this.registering = registering;
    }

    /** A plugin {@code bad} with this thing; {@code act} are the statements of each call. */
    PluginJars jar(String act) {
        String members = "public record None() {}\n static void act() { if (on()) { " + act + " } }\n"
                + "static boolean on() { return !Boolean.getBoolean(\"firn.test.well\"); }\n"
                + "static int deep(int n) { return deep(n + 1) + 1; }\n";
        return PluginJars.plugin("bad").source("p.Main", PluginJars.main(members, registering, ""));
    }

    String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Makes the broker call it, in a plugin {@link #id()}. */
    void call(PluggedBroker broker) {
        switch (this) {
            case PUT_HOOK, PUT_LISTENER, ASYNC_PUT_HOOK, DISPATCHER -> broker.send("called");
            case CLEANUP_HOOK -> Segments.deleteAll(broker);
            case COLD_READER, QUEUE_READER, QUEUE_FACTORY -> broker.pull(0);
            case COMMAND -> broker.broker().page("POST", "/v1/plugins/" + id() + "/-/command/bad", "{}");
            case ROUTE -> broker.broker().page("GET", "/v1/plugins/" + id() + "/bad", "");
            case METRICS -> broker.broker().page("GET", "/metrics", "");
            case TOPIC_CHECK, TOPIC_LISTENER -> broker.createTopic("Other");
            case TASK -> {
                // the scheduler calls it
            }
        }
    }
}
