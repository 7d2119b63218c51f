package io.firn.broker.admin;

import io.firn.broker.admin.Traffic.Counter;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.topic.Topic;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.BrokerStatsBody;
import io.firn.broker.wire.body.StatsWindow;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.ToLongFunction;

/** Shows one statistic over the last minute, hour and day: code 315. Others than these five are not kept. */
final class BrokerStatsHandler {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);

    private final BrokerRooms rooms;
    private final Traffic traffic;
    private final QueueTimes times;

    BrokerStatsHandler(BrokerRooms rooms, Traffic traffic) {
        this.rooms = rooms;
        this.traffic = traffic;
        this.times = new QueueTimes(rooms.stored().reader());
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.VIEW_BROKER_STATS_DATA, pool, (request, from) -> show(request));
    }

    private Reply show(RemotingCommand request) {
        ExtFields ext = request.ext();
        String name = ext.required("statsName");
        String key = ext.required("statsKey");
        ToLongFunction<Duration> counted = counted(name, key);
        return Reply.Now.ok(
                Json.encode(new BrokerStatsBody(window(counted, MINUTE), window(counted, HOUR), window(counted, DAY))));
    }

    private ToLongFunction<Duration> counted(String name, String key) {
        return switch (name) {
            case "TOPIC_PUT_NUMS" -> {
                Topic topic = rooms.topics().find(key);
                if (topic == null) {
                    throw unknown(name, key);
                }
                yield window -> stored(topic, window);
            }
            case "GROUP_GET_NUMS" -> ofGroup(name, key, GroupTraffic.Measure.MESSAGES);
            case "GROUP_GET_SIZE" -> ofGroup(name, key, GroupTraffic.Measure.BYTES);
            case "BROKER_PUT_NUMS" -> ofBroker(name, key, Counter.PUT_MESSAGES);
            case "BROKER_GET_NUMS" -> ofBroker(name, key, Counter.GOT_MESSAGES);
            default -> throw unknown(name, key);
        };
    }

    private ToLongFunction<Duration> ofBroker(String name, String key, Counter counter) {
        if (!key.equals(rooms.self().clusterName())) {
            throw unknown(name, key);
        }
        return window -> traffic.counted(counter, window);
    }

    /** The key is {@code topic@group}; a group that was given nothing yet has no statistic, as in RocketMQ. */
    private ToLongFunction<Duration> ofGroup(String name, String key, GroupTraffic.Measure measure) {
        int at = key.lastIndexOf('@');
        String topic = at < 0 ? "" : key.substring(0, at);
        String group = key.substring(at + 1);
        if (traffic.counted(group, topic, measure, MINUTE) < 0) {
            throw unknown(name, key);
        }
        return window -> Math.max(0, traffic.counted(group, topic, measure, window));
    }

    private long stored(Topic topic, Duration window) {
        long sinceMs = rooms.clock().millis() - window.toMillis();
        long sum = 0;
        for (int id = 0; id < topic.queues(); id++) {
            sum += times.storedSince(topic.name(), id, sinceMs);
        }
        return sum;
    }

    private static StatsWindow window(ToLongFunction<Duration> counted, Duration span) {
        long sum = counted.applyAsLong(span);
        return new StatsWindow(sum, (double) sum / span.toSeconds(), sum == 0 ? 0 : 1);
    }

    private static RequestException unknown(String name, String key) {
        return new RequestException(
                ResponseCode.SYSTEM_ERROR,
                "The stats <" + name + "> <" + key + "> not exist: there are TOPIC_PUT_NUMS by topic,"
                        + " GROUP_GET_NUMS and GROUP_GET_SIZE by topic@group once the group was given messages, and"
                        + " BROKER_PUT_NUMS and BROKER_GET_NUMS by cluster");
    }
}
