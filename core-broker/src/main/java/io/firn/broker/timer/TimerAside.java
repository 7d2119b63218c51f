package io.firn.broker.timer;

import io.firn.broker.produce.SendRewrite;
import io.firn.broker.runtime.Clock;
import io.firn.broker.topic.TopicName;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Puts messages aside that name a time: into the one queue of RocketMQ's timer topic, with their own topic and queue and the
 * slot they wait in as properties. A time that has come already is no reason to wait. Immutable; any thread.
 */
final class TimerAside implements SendRewrite {

    private final TimerConfig config;
    private final Clock clock;
    private final Runnable announce;
    private final LongUnaryOperator crowd;

    /**
     * A port for the send path.
     *
     * @param announce called before each message that is put aside; must not block
     * @param crowd how many wait in the slot that begins at a time
     */
    TimerAside(TimerConfig config, Clock clock, Runnable announce, LongUnaryOperator crowd) {
        this.config = config;
        this.clock = clock;
        this.announce = announce;
        this.crowd = crowd;
    }

    /** Where timed messages wait; {@code receipt} is what the sender may recall it by. */
    private record Waiting(@Nullable String receipt) implements SendRewrite.Shelf {

        @Override
        public String topic() {
            return TopicName.TIMER;
        }

        @Override
        public int queueId() {
            return 0;
        }
    }

    @Override
    public @Nullable CompletableFuture<?> rewrite(Draft message) {
        if (message.isTimed()) {
            check();
            long now = clock.millis();
            long due = dueMs(message, now);
            if (due > now) {
                putAside(message, due, now);
            } else if (message.property(TimerProperties.RECALLS) != null) {
                throw illegal("the message that is to be recalled was due at " + due + ", which is past");
            }
        }
        return null;
    }

    private void check() {
        if (config.acceptance() == TimerConfig.Acceptance.REFUSED) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR, "this broker takes no timed messages: timerWheelEnable is false");
        }
    }

    private void putAside(Draft message, long due, long now) {
        if (due - now > config.longest().toMillis()) {
            throw illegal("the message is due in " + (due - now) / 1_000 + " s, timerMaxDelaySec allows "
                    + config.longest().toSeconds());
        }
        long slot = config.slotFor(due);
        if (config.slotLimit() < Integer.MAX_VALUE && crowd.applyAsLong(slot) >= config.slotLimit()) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR,
                    "flow control: " + config.slotLimit() + " messages, as many as timerCongestNumEachSlot allows, are"
                            + " due at the same time " + due);
        }
        announce.run();
        String topic = message.topic();
        message.put(TimerProperties.OUT_MS, Long.toString(slot));
        message.put(TimerProperties.REAL_TOPIC, topic);
        message.put(TimerProperties.REAL_QUEUE, Integer.toString(message.queueId()));
        message.putAside(new Waiting(receipt(message, topic, slot)));
    }

    private @Nullable String receipt(Draft message, String topic, long slot) {
        String unique = message.property(TimerProperties.UNIQUE_KEY);
        return unique == null || TopicName.isRetry(topic)
                ? null
                : new RecallHandle(topic, config.brokerName(), slot + 1, unique).encode();
    }

    private static long dueMs(Draft message, long now) {
        String seconds = message.property(TimerProperties.DELAY_SECONDS);
        if (seconds != null) {
            return now + saturated(number(TimerProperties.DELAY_SECONDS, seconds), 1_000);
        }
        String millis = message.property(TimerProperties.DELAY_MS);
        if (millis != null) {
            return now + saturated(number(TimerProperties.DELAY_MS, millis), 1);
        }
        return number(TimerProperties.DELIVER_MS, String.valueOf(message.property(TimerProperties.DELIVER_MS)));
    }

    /** So far away that nothing overflows. */
    private static long saturated(long count, long unit) {
        return Math.clamp(count, Long.MIN_VALUE / 4 / unit, Long.MAX_VALUE / 4 / unit) * unit;
    }

    private static long number(String property, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new RequestException(
                    ResponseCode.MESSAGE_ILLEGAL,
                    "property " + property + " of the message is not a number: " + e.getMessage());
        }
    }

    private static RequestException illegal(String text) {
        return new RequestException(ResponseCode.MESSAGE_ILLEGAL, text);
    }
}
