package io.firn.bench;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Fills a broker with a long log over one topic, and with many queues. */
final class LoadedStore {
    /** The topic that holds the log. */
    static final String TOPIC = "history-1000";
    /** Body size of its messages. */
    static final int BODY = 1024;

    private static final int PER_BATCH = 64;
    private static final int BATCHES_IN_FLIGHT = 8;
    private static final int WIDE_TOPICS = 10;
    private static final int WIDE_QUEUES = 1000;
    private static final long DISPATCH_LIMIT_NS = TimeUnit.MINUTES.toNanos(10);

    private LoadedStore() {}

    /** Queues that hold messages after {@link #fill}. */
    static int queues() {
        return WIDE_TOPICS * WIDE_QUEUES + Plan.QUEUES;
    }

    /** Messages that make a log of so many bytes. */
    static long messages(long bytes) {
        long batches = bytes / ((long) PER_BATCH * StoredRecord.batchedBytes(TOPIC, BODY));
        return batches * PER_BATCH;
    }

    /** Sends the messages and waits until the queues show them. */
    static void fill(Plan plan, RunningPeer on) {
        List<String> wide = Loads.topics("wide", WIDE_TOPICS);
        try (AdminCalls admin = on.admin()) {
            admin.createTopics(List.of(TOPIC), Plan.QUEUES);
            admin.createTopics(wide, WIDE_QUEUES);
        }
        Loads loads = new Loads(plan);
        SendFrame[] once = Loads.frames(on.peer(), wide, WIDE_QUEUES, 128);
        // each connection walks its own half of the frames
        finish(on, loads.send(once, once.length, plan.window()));
        SendFrame[] batches = IntStream.range(0, Plan.QUEUES)
                .mapToObj(queue -> SendFrame.batch(
                        new SendFrame.Target(TOPIC, queue, on.peer().brokerName()), BODY, PER_BATCH))
                .toArray(SendFrame[]::new);
        long messages = messages(plan.historyBytes()) / PER_BATCH / plan.connections() * plan.connections() * PER_BATCH;
        finish(on, loads.send(batches, messages / PER_BATCH, BATCHES_IN_FLIGHT));
        awaitDispatched(on, TOPIC, messages);
    }

    private static void finish(RunningPeer on, List<Driver> drivers) {
        try (LoadRun load = LoadRun.connect(on, drivers)) {
            Measured done = load.measureUntilDone();
            if (done.counts().busy() + done.counts().refused() > 0) {
                throw new BenchException(on.name() + " refused "
                        + (done.counts().busy() + done.counts().refused())
                        + " requests while its store was filled, last code "
                        + done.counts().lastRefusal());
            }
        }
    }

    /** Waits until the queues of a topic together hold {@code messages} messages. */
    static void awaitDispatched(RunningPeer on, String topic, long messages) {
        long deadline = System.nanoTime() + DISPATCH_LIMIT_NS;
        long seen;
        do {
            seen = 0;
            try (AdminCalls admin = on.admin()) {
                for (int queue = 0; queue < Plan.QUEUES; queue++) {
                    seen += admin.maxOffset(topic, queue);
                }
            }
            if (System.nanoTime() > deadline) {
                throw new BenchException(on.name() + " shows " + seen + " of " + messages + " messages in " + topic);
            }
            Pause.millis(100);
        } while (seen < messages);
    }
}
