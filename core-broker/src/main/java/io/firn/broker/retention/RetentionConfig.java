package io.firn.broker.retention;

import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * How long the log is kept.
 *
 * @param reserved age, since its last write, from which a segment may go
 * @param hours hours of the day, local time, at which expired segments go; at other hours only when the disk is filling
 * @param fillingRatio used share of the disk above which expired segments go at any hour
 * @param forceRatio used share above which the oldest segments go whatever their age
 * @param fullRatio used share above which producers are refused
 * @param force whether segments may go before they are expired
 * @param mostPerRound most segments dropped in one round
 * @param period time between rounds
 */
public record RetentionConfig(
        Duration reserved,
        List<Integer> hours,
        double fillingRatio,
        double forceRatio,
        double fullRatio,
        Force force,
        int mostPerRound,
        Duration period) {

    /** The keys that may change while the broker runs. */
    public static final Set<String> LIVE = Set.of(
            "fileReservedTime",
            "deleteWhen",
            "diskMaxUsedSpaceRatio",
            "diskSpaceCleanForciblyRatio",
            "diskSpaceWarningLevelRatio",
            "cleanFileForciblyEnable",
            "deleteFileBatchMax");

    private static final double PERCENT = 100.0;

    /** Whether a full disk outweighs the age of a segment. */
    public enum Force {
        ALLOWED,
        FORBIDDEN
    }

    /** Reads the keys of this room. */
    public static RetentionConfig from(ConfigView view) {
        int force = percent(view, "diskSpaceCleanForciblyRatio", 85, 30, "the oldest segments go whatever their age");
        int full = percent(view, "diskSpaceWarningLevelRatio", 90, 35, "producers are refused");
        if (force > full) {
            throw new ConfigException("diskSpaceCleanForciblyRatio", force + "", "at most diskSpaceWarningLevelRatio");
        }
        return new RetentionConfig(
                Duration.ofHours(view.integer(
                        "fileReservedTime", 72, 0, 1_000_000, "Hours since its last write that a segment is kept.")),
                hours(view.string("deleteWhen", "04", "Hours of the day at which expired segments go: 04 or 04;16.")),
                percent(view, "diskMaxUsedSpaceRatio", 75, 10, "expired segments go at any hour") / PERCENT,
                force / PERCENT,
                full / PERCENT,
                view.flag("cleanFileForciblyEnable", true, "Whether a full disk outweighs the age of a segment.")
                        ? Force.ALLOWED
                        : Force.FORBIDDEN,
                view.integer("deleteFileBatchMax", 10, 1, 1_000, "Most segments dropped in one round."),
                view.millis("cleanResourceInterval", 10_000, 10, 3_600_000, "Time between rounds."));
    }

    private static int percent(ConfigView view, String key, int defaultValue, int min, String what) {
        return view.integer(
                key, defaultValue, min, 99, "Used share of the disk, in percent, above which " + what + ".");
    }

    private static List<Integer> hours(String text) {
        try {
            List<Integer> hours = Arrays.stream(text.split(";"))
                    .map(String::trim)
                    .map(Integer::valueOf)
                    .toList();
            if (!hours.isEmpty() && hours.stream().allMatch(hour -> hour >= 0 && hour < 24)) {
                return hours;
            }
        } catch (NumberFormatException e) {
            ConfigException failure = new ConfigException("deleteWhen", text, "hours 00..23 separated by ;");
            failure.initCause(e);
            throw failure;
        }
        throw new ConfigException("deleteWhen", text, "hours 00..23 separated by ;");
    }
}
