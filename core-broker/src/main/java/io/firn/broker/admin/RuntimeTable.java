package io.firn.broker.admin;

import io.firn.broker.admin.Traffic.Counter;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.log.SegmentStats;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.RecordView;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The state of the broker under the names that RocketMQ's tools read. What has no meaning here and yet is read by a tool
 * has the value of a broker that is not busy: there are no thread pools to queue in front of.
 */
final class RuntimeTable {

    /** What clients' and tools' authors call the release whose protocol this broker speaks. */
    private static final String PROTOCOL = "V5_5_0";

    private static final List<String> POOLS = List.of("send", "pull", "litePull", "query", "ack");
    private static final List<Duration> WINDOWS =
            List.of(Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(10));
    private static final String NONE = "0";
    private static final double GIB = 1L << 30;

    private final BrokerRooms rooms;
    private final Traffic traffic;

    RuntimeTable(BrokerRooms rooms, Traffic traffic) {
        this.rooms = rooms;
        this.traffic = traffic;
    }

    /** May block on the file system. */
    Map<String, String> build() {
        Map<String, String> table = new TreeMap<>();
        addBroker(table);
        addTraffic(table);
        addLog(table);
        addDisk(table);
        addIdlePools(table);
        addIdleTimer(table);
        return table;
    }

    private void addBroker(Map<String, String> table) {
        Duration up = Duration.ofMillis(
                Math.max(0, rooms.clock().millis() - rooms.self().bootMs()));
        table.put("brokerVersionDesc", PROTOCOL);
        table.put("firnVersion", rooms.self().version());
        table.put("brokerActive", "true");
        table.put("bootTimestamp", Long.toString(rooms.self().bootMs()));
        table.put("startAcceptSendRequestTimeStamp", NONE);
        table.put(
                "runtime",
                String.format(
                        Locale.ROOT,
                        "[ %d days, %d hours, %d minutes, %d seconds ]",
                        up.toDays(),
                        up.toHoursPart(),
                        up.toMinutesPart(),
                        up.toSecondsPart()));
    }

    private void addTraffic(Map<String, String> table) {
        long messages = traffic.total(Counter.PUT_MESSAGES);
        long bytes = traffic.total(Counter.PUT_BYTES);
        table.put("putMessageTimesTotal", Long.toString(messages));
        table.put("putMessageSizeTotal", Long.toString(bytes));
        table.put("putMessageAverageSize", decimal(messages == 0 ? 0 : (double) bytes / messages));
        addDays(table, "msgPutTotal", Counter.PUT_MESSAGES);
        addDays(table, "msgGetTotal", Counter.GOT_MESSAGES);
        table.put("putTps", rates(Counter.PUT_MESSAGES));
        table.put("getTransferredTps", rates(Counter.GOT_MESSAGES));
        table.put("getFoundTps", rates(Counter.PULLS_FOUND));
        table.put("getMissTps", rates(Counter.PULLS_MISSED));
        table.put("getTotalTps", rates(Counter.PULLS_FOUND, Counter.PULLS_MISSED));
    }

    private void addDays(Map<String, String> table, String prefix, Counter counter) {
        table.put(prefix + "YesterdayMorning", Long.toString(traffic.totalAtMidnight(counter, 1)));
        table.put(prefix + "TodayMorning", Long.toString(traffic.totalAtMidnight(counter, 0)));
        table.put(prefix + "TodayNow", Long.toString(traffic.total(counter)));
    }

    /** Per second over ten seconds, one minute and ten minutes. */
    private String rates(Counter... counters) {
        StringBuilder text = new StringBuilder();
        for (Duration window : WINDOWS) {
            double sum = 0;
            for (Counter counter : counters) {
                sum += traffic.perSecond(counter, window);
            }
            text.append(text.isEmpty() ? "" : " ").append(decimal(sum));
        }
        return text.toString();
    }

    private void addLog(Map<String, String> table) {
        CommitLog log = rooms.stored().log();
        long dispatched = rooms.stored().queues().dispatched().get();
        long flushed = log.flushed().get();
        long appended = log.appended().get();
        table.put("commitLogMinOffset", Long.toString(log.minPosition()));
        table.put("commitLogMaxOffset", Long.toString(appended));
        table.put("dispatchBehindBytes", Long.toString(Math.max(0, appended - dispatched)));
        table.put("remainHowManyDataToFlush", Math.max(0, appended - flushed) + " B");
        table.put("earliestMessageTimeStamp", Long.toString(earliestMs(log)));
    }

    /** Store time of the oldest record, −1 when there is none. */
    private static long earliestMs(CommitLog log) {
        long position = log.minPosition();
        try (LogSlice head = log.slice(position, RecordLayout.FIXED_BYTES)) {
            return head == null
                    ? -1
                    : new RecordView().wrap(head.memory(), 0, head.size()).storeTimestamp();
        }
    }

    private void addDisk(Map<String, String> table) {
        List<SegmentStats> segments = rooms.stored().log().segments();
        Path directory = segments.getFirst().path().toAbsolutePath().getParent();
        if (directory == null) {
            throw new StorageException("the segment " + segments.getFirst().path() + " is in no directory");
        }
        try {
            FileStore disk = Files.getFileStore(directory);
            long total = disk.getTotalSpace();
            long used = total - disk.getUnallocatedSpace();
            long usable = disk.getUsableSpace();
            // what is kept for the system's owner is neither used nor usable
            String ratio = decimal(used + usable == 0 ? 0 : (double) used / (used + usable));
            table.put("commitLogDiskRatio", ratio);
            table.put("commitLogDiskRatio_" + directory, ratio);
            table.put("consumeQueueDiskRatio", ratio);
            table.put(
                    "commitLogDirCapacity",
                    String.format(Locale.ROOT, "Total : %.1f GiB, Free : %.1f GiB.", total / GIB, usable / GIB));
        } catch (IOException e) {
            throw new StorageException("can not tell how full the disk of " + directory + " is: " + e, e);
        }
    }

    private static void addIdlePools(Map<String, String> table) {
        for (String pool : POOLS) {
            table.put(pool + "ThreadPoolQueueSize", NONE);
            table.put(pool + "ThreadPoolQueueHeadWaitTimeMills", NONE);
            table.put(pool + "ThreadPoolQueueCapacity", NONE);
        }
        table.put("EndTransactionQueueSize", NONE);
        table.put("EndTransactionThreadPoolQueueCapacity", NONE);
        table.put("pageCacheLockTimeMills", NONE);
        table.put("putMessageFailedTimes", NONE);
        table.put("putMessageDistributeTime", "");
    }

    private static void addIdleTimer(Map<String, String> table) {
        table.put("timerReadBehind", NONE);
        table.put("timerOffsetBehind", NONE);
        table.put("timerCongestNum", NONE);
        table.put("timerEnqueueTps", "0.0");
        table.put("timerDequeueTps", "0.0");
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
