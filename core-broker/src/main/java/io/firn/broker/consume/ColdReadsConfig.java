package io.firn.broker.consume;

import com.sun.management.OperatingSystemMXBean;
import io.firn.broker.runtime.ByteSize;
import io.firn.broker.runtime.ConfigView;
import java.lang.management.ManagementFactory;
import java.util.Set;

/**
 * How much old data groups may read, so that they do not drive what others read out of memory.
 *
 * @param active whether there is a limit at all
 * @param perGroup bytes that one group reads in five seconds before it has to wait; unless it has a limit of its own
 * @param together bytes that all groups read in five seconds before those that do have to wait
 * @param oldBytes what lies further behind the end of the log than this is old
 */
public record ColdReadsConfig(boolean active, ByteSize perGroup, ByteSize together, ByteSize oldBytes) {

    /** The keys that may change while the broker runs. */
    public static final Set<String> LIVE = Set.of(
            "coldDataFlowControlEnable",
            "cgColdReadThreshold",
            "globalColdReadThreshold",
            "accessMessageInMemoryHotRatio");

    private static final ByteSize MOST = new ByteSize(Long.MAX_VALUE);
    private static final int PERCENT = 100;

    /** Reads the keys; RocketMQ's names keep their meaning. */
    public static ColdReadsConfig from(ConfigView view) {
        return new ColdReadsConfig(
                view.flag(
                        "coldDataFlowControlEnable",
                        false,
                        "Whether groups that read much old data have to wait: push consumers are refused with SYSTEM_BUSY,"
                                + " pulls of others wait for three seconds and get one message."),
                view.bytes(
                        "cgColdReadThreshold",
                        ByteSize.ofMebibytes(3),
                        new ByteSize(0),
                        MOST,
                        "Bytes of old data that one group may read in five seconds."),
                view.bytes(
                        "globalColdReadThreshold",
                        ByteSize.ofMebibytes(100),
                        new ByteSize(0),
                        MOST,
                        "Bytes of old data that all groups may read in five seconds."),
                oldBytes(view.integer(
                        "accessMessageInMemoryHotRatio",
                        26,
                        0,
                        PERCENT,
                        "Data is old when it lies further behind the end of the log than this share of the machine's"
                                + " memory, in percent, and than firn.pull.hotBytes.")));
    }

    private static ByteSize oldBytes(int percent) {
        long memory = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
        return new ByteSize(memory / PERCENT * percent);
    }
}
