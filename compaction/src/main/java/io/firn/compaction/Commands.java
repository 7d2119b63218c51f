package io.firn.compaction;

import io.firn.compaction.queue.Compactor;
import io.firn.compaction.queue.HostedQueue;
import io.firn.compaction.queue.HostedQueues;
import io.firn.compaction.queue.KeysElsewhere;
import io.firn.compaction.queue.Verification;
import io.firn.compaction.segment.SegmentMeta;
import io.firn.compaction.segment.TombstoneRun;
import io.firn.compaction.store.Hole;
import io.firn.compaction.store.Manifest;
import io.firn.spi.Registrar;
import io.firn.spi.admin.CommandSpec;
import io.firn.spi.admin.CommandSpec.Effect;
import io.firn.spi.topic.QueueRef;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What operators can ask and do: status, run, verify, skip, export. Any thread of the plugin. */
final class Commands {

    private final HostedQueues queues;
    private final Compactor compactor;
    private final InstantSource clock;

    private final Export export;

    Commands(HostedQueues queues, Compactor compactor, InstantSource clock, Export export) {
        this.export = export;
        this.queues = queues;
        this.compactor = compactor;
        this.clock = clock;
    }

    void register(Registrar registrar) {
        registrar.admin(
                new CommandSpec<>("status", "Shows compacted queues.", QueueArgs.class, Effect.READS),
                (args, caller) -> chosen(args).stream().map(this::status).toList());
        registrar.admin(
                new CommandSpec<>("run", "Starts passes now.", QueueArgs.class, Effect.CHANGES),
                (args, caller) -> run(args));
        registrar.admin(
                new CommandSpec<>(
                        "verify", "Reads all files of queues and checks them.", QueueArgs.class, Effect.READS),
                (args, caller) -> verify(args));
        registrar.admin(
                new CommandSpec<>(
                        "skip",
                        "Gives up records that cannot be read, so that a blocked queue goes on behind them.",
                        SkipArgs.class,
                        Effect.CHANGES),
                (args, caller) -> skip(args));
        registrar.admin(
                new CommandSpec<>(
                        "export",
                        "Writes the last record of each key of a topic to a file of JSON lines.",
                        ExportArgs.class,
                        Effect.CHANGES),
                (args, caller) -> export.start(args));
    }

    private List<HostedQueue> chosen(QueueArgs args) {
        List<HostedQueue> found = new ArrayList<>();
        for (HostedQueue queue : queues.all()) {
            boolean topicFits =
                    args.topic().isEmpty() || args.topic().equals(queue.ref().topic());
            if (topicFits && (args.queue() < 0 || args.queue() == queue.ref().queueId())) {
                found.add(queue);
            }
        }
        if (found.isEmpty() && !args.topic().isEmpty()) {
            throw new IllegalArgumentException("no open compacted queue of topic " + args.topic()
                    + (args.queue() < 0 ? "" : " with number " + args.queue()));
        }
        found.sort(Comparator.comparing((HostedQueue queue) -> queue.ref().topic())
                .thenComparingInt(queue -> queue.ref().queueId()));
        return found;
    }

    private Map<String, Object> status(HostedQueue queue) {
        Manifest manifest = queue.queue().manifest();
        long live = 0;
        long records = 0;
        long tombstones = 0;
        long bytes = 0;
        for (SegmentMeta segment : manifest.segments()) {
            live += segment.liveness().liveBytes();
            records += segment.liveness().liveRecords();
            for (TombstoneRun run : segment.tombstones()) {
                tombstones += run.count();
            }
            bytes += segment.extent().logBytes();
        }
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("topic", queue.ref().topic());
        shown.put("queue", queue.ref().queueId());
        shown.put("generation", manifest.generation());
        shown.put("cleanedTo", manifest.cleanedTo());
        shown.put("dirtyRecords", queue.dirtyRecords());
        shown.put("lagMs", compactor.lagMs(queue));
        shown.put("segments", manifest.segments().size());
        shown.put("liveRecords", records);
        shown.put("tombstones", tombstones);
        shown.put("liveBytes", live);
        shown.put("deadBytes", bytes - live);
        shown.put("holes", manifest.holes().stream().map(Hole::toString).toList());
        queue.trouble().ifPresent(trouble -> {
            shown.put("trouble", trouble.kind().name());
            shown.put("reason", trouble.reason());
            shown.put("retryInMs", Math.max(0, trouble.retryAt() - clock.millis()));
        });
        queue.queue().alarm().ifPresent(alarm -> shown.put("alarm", alarm));
        return shown;
    }

    private String run(QueueArgs args) {
        List<HostedQueue> asked = chosen(args);
        asked.forEach(HostedQueue::ask);
        compactor.tick();
        return "asked for passes of " + asked.size() + " queues";
    }

    private List<Map<String, Object>> verify(QueueArgs args) {
        List<Map<String, Object>> shown = new ArrayList<>();
        Map<String, KeysElsewhere> topics = new HashMap<>();
        for (HostedQueue queue : chosen(args)) {
            KeysElsewhere elsewhere = topics.computeIfAbsent(queue.ref().topic(), topic -> new KeysElsewhere());
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("queue", queue.ref().toString());
            try {
                row.put("records", Verification.run(queue, elsewhere));
                row.put("result", "sound");
            } catch (IOException e) {
                row.put("result", String.valueOf(e.getMessage()));
            }
            shown.add(row);
        }
        topics.forEach((topic, elsewhere) -> {
            if (elsewhere.count() > 0) {
                shown.add(Map.of(
                        "topic",
                        topic,
                        "keysInSeveralQueues",
                        elsewhere.count(),
                        "example",
                        String.valueOf(elsewhere.example())));
            }
            if (elsewhere.passedOver() > 0) {
                shown.add(Map.of("topic", topic, "recordsNotComparedBetweenQueues", elsewhere.passedOver()));
            }
        });
        return shown;
    }

    private String skip(SkipArgs args) throws IOException {
        QueueRef ref = new QueueRef(args.topic(), args.queue());
        HostedQueue queue =
                queues.find(ref).orElseThrow(() -> new IllegalArgumentException("no open compacted queue " + ref));
        Hole hole = queue.skip(args.until(), clock.millis());
        return "queue " + ref + ": offsets " + hole.from() + " to " + (hole.until() - 1) + " are given up";
    }
}
