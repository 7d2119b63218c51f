package io.firn.broker.delay;

import io.firn.broker.produce.SendRewrite;
import io.firn.broker.queue.DelayLevels;
import io.firn.broker.record.SysFlag;
import io.firn.broker.topic.TopicName;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages aside that ask for a level: into queue level − 1 of {@code SCHEDULE_TOPIC_XXXX}, with their own topic and
 * queue as properties {@code REAL_TOPIC} and {@code REAL_QID}, which stay with the message for good, as {@code DELAY} does.
 * A level above the highest means the highest. The first half of a transaction is not put aside. Immutable; any thread.
 */
final class Aside implements SendRewrite {

    static final String LEVEL = "DELAY";
    static final String REAL_TOPIC = "REAL_TOPIC";
    static final String REAL_QUEUE = "REAL_QID";

    private final DelayLevels levels;
    private final Runnable announce;
    /** By level − 1. */
    private final List<SendRewrite.Shelf> shelves;

    /** The queue of one level. */
    private record LevelShelf(int queueId) implements SendRewrite.Shelf {

        @Override
        public String topic() {
            return TopicName.SCHEDULE;
        }
    }

    /**
     * A port for the send path.
     *
     * @param announce called before each message that is put aside; must not block
     */
    Aside(DelayLevels levels, Runnable announce) {
        this.levels = levels;
        this.announce = announce;
        this.shelves = IntStream.range(0, levels.count())
                .<SendRewrite.Shelf>mapToObj(LevelShelf::new)
                .toList();
    }

    @Override
    public @Nullable CompletableFuture<?> rewrite(Draft message) {
        int asked = message.delayLevel();
        if (asked > 0 && SysFlag.takesQueueOffset(message.sysFlag())) {
            announce.run();
            putAside(message, asked);
        }
        return null;
    }

    private void putAside(Draft message, int asked) {
        int level = Math.min(asked, levels.count());
        // the queue's entry is made of this text: it has to be the plain number
        message.put(LEVEL, Integer.toString(level));
        // a level is stronger than a time
        message.remove("TIMER_DELAY_SEC");
        message.remove("TIMER_DELAY_MS");
        message.remove("TIMER_DELIVER_MS");
        message.put(REAL_TOPIC, message.topic());
        message.put(REAL_QUEUE, Integer.toString(message.queueId()));
        message.putAside(shelves.get(level - 1));
    }
}
