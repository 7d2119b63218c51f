package io.firn.broker.pop;

import io.firn.broker.queue.LongPolls;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.queue.QueueLog;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.ReadablePosition;
import io.firn.broker.topic.TopicRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** What pops work with: the queues they look into, in which order, and where they wait. Any thread. */
final class PopMeans {

    private final PopConfig config;
    private final Stores stores;
    private final Self self;
    private final TopicRegistry topics;
    private final PopTable table;
    private final ReviveLog log;
    private final Clock clock;
    private final PopMetrics metrics;
    private final Runnable onBatch;
    private final AtomicInteger turns = new AtomicInteger();
    private final Map<WaitKey, Waits> waits = new ConcurrentHashMap<>();

    /**
     * Where messages are.
     *
     * @param readers threads for data that may not be in memory
     * @param appended end of the log
     * @param hotBytes what is this near to the end of the log is read on io threads
     * @param mostBytes most bytes of one queue in an answer
     */
    record Stores(
            QueueLog queues,
            LongPolls polls,
            Executor readers,
            ReadablePosition appended,
            long hotBytes,
            int mostBytes) {}

    /**
     * What ends up in receipt handles.
     *
     * @param reviveQueues queues of the revive log
     */
    record Self(String brokerName, int reviveQueues) {}

    private record WaitKey(String group, String topic, int queueId) {}

    PopMeans(PopConfig config, Stores stores, Self self, Tables tables, Runnable onBatch) {
        this.config = config;
        this.stores = stores;
        this.self = self;
        this.topics = tables.topics;
        this.table = tables.queues;
        this.log = tables.log;
        this.clock = tables.clock;
        this.metrics = tables.metrics;
        this.onBatch = onBatch;
    }

    /** What is known of topics and pops. */
    record Tables(TopicRegistry topics, PopTable queues, ReviveLog log, Clock clock, PopMetrics metrics) {}

    Clock clock() {
        return clock;
    }

    PopMetrics metrics() {
        return metrics;
    }

    QueueLog queues() {
        return stores.queues;
    }

    Executor readers() {
        return stores.readers;
    }

    int mostBytes() {
        return stores.mostBytes;
    }

    String brokerName() {
        return self.brokerName;
    }

    int reviveQueues() {
        return self.reviveQueues;
    }

    /** A message that comes again was asked for before: no filter is applied once more. */
    RecordFilter everything() {
        return RecordFilter.ALL;
    }

    int nextTurn() {
        return turns.getAndIncrement();
    }

    /** A batch was popped: somebody has to look after it. */
    void batchPopped() {
        onBatch.run();
    }

    /** Somebody waits for another's claim to end: somebody has to see when that takes too long. */
    void claimWaits() {
        onBatch.run();
    }

    /** Whether there may be more unfinished batches. */
    boolean isFull() {
        return table.unfinished() >= config.mostUnacked();
    }

    /** The queues a pop looks into, in order: each pop begins with another one, some with messages that come again. */
    List<PopRound.Station> stations(PopRequest request, int turn) {
        List<PopRound.Station> stations = new ArrayList<>(request.queues() + 2);
        boolean retriesFirst = Math.floorMod(turn * 37, 100) < config.retryShare();
        if (retriesFirst) {
            addRetries(request, stations);
        }
        if (request.queueId() == PopRequest.ANY) {
            for (int i = 0; i < request.queues(); i++) {
                int queueId = Math.floorMod(turn + i, request.queues());
                stations.add(station(RetryTopics.NORMAL, request.group(), request.topic(), queueId));
            }
        } else {
            stations.add(station(RetryTopics.NORMAL, request.group(), request.topic(), request.queueId()));
        }
        if (!retriesFirst) {
            addRetries(request, stations);
        }
        return stations;
    }

    private void addRetries(PopRequest request, List<PopRound.Station> stations) {
        String v1 = RetryTopics.v1(request.group(), request.topic());
        if (topics.find(v1) != null) {
            stations.add(station(RetryTopics.V1, request.group(), v1, 0));
        }
        String v2 = RetryTopics.v2(request.group(), request.topic());
        if (topics.find(v2) != null) {
            stations.add(station(RetryTopics.V2, request.group(), v2, 0));
        }
    }

    private PopRound.Station station(int retry, String group, String topic, int queueId) {
        return new PopRound.Station(retry, table.queue(group, topic, queueId));
    }

    /** Old data may have left the page cache: reading it may wait for the disk, which an io thread must not. */
    boolean isHot(PopQueue queue, long place) {
        long position = stores.queues.positionOf(queue.topic, queue.queueId, place);
        return position < 0 || stores.appended.get() - position <= stores.hotBytes;
    }

    /**
     * Where a group begins that is new in a queue. At its end, when it wants new messages only; but at 0 when the first
     * message is still there and recent, as for pulls. Whoever serves the queue tells its end.
     */
    CompletableFuture<Long> first(PopRound.Station station, PopRequest.Start start) {
        PopQueue queue = station.queue();
        if (start == PopRequest.Start.MIN || station.retry() != RetryTopics.NORMAL) {
            return CompletableFuture.completedFuture(0L);
        }
        long zero = stores.queues.positionOf(queue.topic, queue.queueId, 0);
        boolean recent = zero >= 0 && stores.appended.get() - zero <= stores.hotBytes;
        return recent && stores.queues.local().minOffset(queue.topic, queue.queueId) == 0
                ? CompletableFuture.completedFuture(0L)
                : stores.queues.range(queue.topic, queue.queueId).thenApply(OffsetRange::max);
    }

    /** Waits for a message, or is refused when too many wait. */
    void await(PopRequest request, Waits.Waiter waiter) {
        if (log.hasUnseen()) {
            // notes of another broker that its timer held, and this one's let go: nobody here knows of them
            onBatch.run();
        }
        waits(request.group(), request.topic(), request.queueId())
                .await(waiter, spots(request), spot -> place(request.group(), spot));
    }

    /** Lets the next who waits for the same look whether something is left. */
    void othersGoOn(PopRequest request) {
        Waits present = waits.get(new WaitKey(request.group(), request.topic(), request.queueId()));
        if (present != null && present.count() > 0) {
            present.goOn(spots(request), spot -> place(request.group(), spot));
        }
    }

    /** An operator moved a group: who waits for messages of this queue looks again. */
    void groupMoved(String group, String topic, int queueId) {
        String normal = RetryTopics.normal(group, topic);
        Waits.Spot spot = new Waits.Spot(topic, queueId);
        for (int waited : new int[] {PopRequest.ANY, queueId}) {
            Waits present = waits.get(new WaitKey(group, normal, waited));
            if (present != null) {
                present.moved(spot);
            }
        }
    }

    /**
     * Whether some queue has more than was popped of it, or ends below that: a pop goes back then, a poll would not stay
     * parked there. Whoever serves a queue tells its end; one that can not tell now has nothing now.
     */
    CompletableFuture<Boolean> hasMessage(PopRequest request) {
        CompletableFuture<Boolean> some = CompletableFuture.completedFuture(false);
        for (PopRound.Station station : stations(request, 0)) {
            PopQueue queue = station.queue();
            CompletableFuture<Boolean> more = stores.queues
                    .range(queue.topic, queue.queueId)
                    .handle((range, failure) -> failure == null && queue.lastPlace() != range.max());
            some = some.thenCombine(more, Boolean::logicalOr);
        }
        return some;
    }

    /** How many wait for the same. */
    int waiting(String group, String topic, int queueId) {
        Waits present = waits.get(new WaitKey(group, topic, queueId));
        return present == null ? 0 : present.count();
    }

    /** How many wait at all. */
    int waiting() {
        int sum = 0;
        for (Waits each : waits.values()) {
            sum += each.count();
        }
        return sum;
    }

    /** Nobody waits at some connection any more. */
    void connectionClosed() {
        waits.values().forEach(Waits::clientGone);
    }

    private Waits waits(String group, String topic, int queueId) {
        return waits.computeIfAbsent(
                new WaitKey(group, topic, queueId), key -> new Waits(stores.polls, clock, config.mostWaiting()));
    }

    private List<Waits.Spot> spots(PopRequest request) {
        List<Waits.Spot> spots = new ArrayList<>(request.queues() + 2);
        if (request.queueId() == PopRequest.ANY) {
            for (int queueId = 0; queueId < request.queues(); queueId++) {
                spots.add(new Waits.Spot(request.topic(), queueId));
            }
        } else {
            spots.add(new Waits.Spot(request.topic(), request.queueId()));
        }
        String made = config.retryTopic(request.group(), request.topic());
        spots.add(new Waits.Spot(made, 0));
        for (String other : List.of(
                RetryTopics.v1(request.group(), request.topic()), RetryTopics.v2(request.group(), request.topic()))) {
            if (!other.equals(made) && topics.find(other) != null) {
                spots.add(new Waits.Spot(other, 0));
            }
        }
        return spots;
    }

    private long place(String group, Waits.Spot spot) {
        // a retry topic that is gone begins anew: nobody waits at the end it had
        return topics.find(spot.topic()) == null
                ? 0
                : table.queue(group, spot.topic(), spot.queueId()).lastPlace();
    }
}
