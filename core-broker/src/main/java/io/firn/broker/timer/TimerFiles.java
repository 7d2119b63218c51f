package io.firn.broker.timer;

import io.firn.broker.runtime.Closer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The three files of this room, brought into agreement. The mark is the last moment at which all were on disk; entries that
 * the timer log has behind it are in the wheel when this is open, and their records are not noted again. A wheel that is
 * missing, or points at what the timer log does not have, is made again from the whole of it.
 */
final class TimerFiles implements AutoCloseable {

    static final String LOG = "timerlog";
    static final String WHEEL = "timerwheel";
    static final String CHECK = "timercheck";

    private static final Logger LOGGER = LoggerFactory.getLogger(TimerFiles.class);
    /** What is older than this when no mark says more was delivered, long ago. */
    private static final long LONGEST_MS = 7L * 24 * 3_600_000;

    private final TimerLog log;
    private final TimerWheel wheel;
    private final TimerCheck check;
    private final long slotMs;
    private final Set<Long> noted;

    private TimerFiles(TimerLog log, TimerWheel wheel, TimerCheck check, long slotMs, Set<Long> noted) {
        this.log = log;
        this.wheel = wheel;
        this.check = check;
        this.slotMs = slotMs;
        this.noted = noted;
    }

    /** What the timer log has behind the mark. Of a slot before it, too, when the clock was set back. */
    private static final class Unmarked implements TimerLog.Visitor {

        private final long markEnd;
        private final Set<Long> records = new HashSet<>();
        private long earliestMs = Long.MAX_VALUE;

        Unmarked(long markEnd) {
            this.markEnd = markEnd;
        }

        @Override
        public void see(long at, TimerUnit unit) {
            if (at >= markEnd) {
                records.add(unit.position());
                earliestMs = Math.min(earliestMs, unit.slotMs());
            }
        }
    }

    /** Whether a timed message was ever noted in this store. RocketMQ makes the other two files without one. */
    static boolean areThere(Path root) {
        return TimerLog.isThere(root.resolve(LOG));
    }

    /**
     * Opens the files, or makes them. Blocks on the disk.
     *
     * @param recordsEnd end of the commit log before anything was added to what it was found with
     * @throws io.firn.broker.runtime.StorageException naming the file and what is wrong with it
     */
    static TimerFiles open(Path root, TimerConfig config, long nowMs, long recordsEnd) {
        Closer closer = new Closer();
        try {
            boolean wheelIsThere = Files.exists(root.resolve(WHEEL));
            TimerCheck check = closer.add(TimerCheck.open(root.resolve(CHECK)));
            TimerLog log =
                    closer.add(TimerLog.open(root.resolve(LOG), config.logFile().toIntBytes()));
            TimerCheck.Mark mark = check.mark();
            Unmarked unmarked = new Unmarked(mark.logEnd());
            long from =
                    wheelIsThere ? Math.max(0, mark.logEnd() - config.logFile().toIntBytes()) : 0;
            log.recover(from, recordsEnd, unmarked);
            boolean marked = mark.slotMs() > 0;
            long slot = config.startOfSlot(marked ? mark.slotMs() : Math.max(0, nowMs - LONGEST_MS));
            TimerWheel wheel = closer.add(wheel(root.resolve(WHEEL), config, log, slot));
            replay(log, wheel, from, slot, marked ? mark.logEnd() : Long.MAX_VALUE);
            long first = marked ? Math.min(slot, config.startOfSlot(unmarked.earliestMs)) : slot;
            return new TimerFiles(log, wheel, check, first, unmarked.records);
        } catch (RuntimeException e) {
            closer.close();
            throw e;
        }
    }

    private static TimerWheel wheel(Path path, TimerConfig config, TimerLog log, long slotMs) {
        long width = config.precision().toMillis();
        TimerWheel wheel = TimerWheel.open(path, width);
        boolean sound = wheel.load(slotMs, slot -> {
            TimerUnit last = log.read(slot.last());
            return last != null && last.slotMs() == slot.timeMs();
        });
        if (sound) {
            return wheel;
        }
        LOGGER.warn("{} does not fit the timer log: it is made again", path);
        wheel.delete();
        TimerWheel fresh = TimerWheel.open(path, width);
        replay(log, fresh, log.begin(), slotMs, Long.MAX_VALUE);
        return fresh;
    }

    /** Has the wheel know the entries from a position on: of a slot from a time on, or noted behind the mark. */
    private static void replay(TimerLog log, TimerWheel wheel, long from, long slotMs, long markEnd) {
        log.visit(from, (at, unit) -> {
            if ((unit.slotMs() >= slotMs || at >= markEnd) && wheel.last(unit.slotMs()) < at) {
                wheel.add(at, unit);
            }
        });
    }

    TimerLog log() {
        return log;
    }

    TimerWheel wheel() {
        return wheel;
    }

    TimerCheck check() {
        return check;
    }

    /** The first slot that was not delivered, as far as is known. */
    long slotMs() {
        return slotMs;
    }

    /** Whether the record at a log position, which the mark does not know, is noted already; asked once for each. */
    boolean isNoted(long position) {
        return !noted.isEmpty() && noted.remove(position);
    }

    @Override
    public void close() {
        check.close();
        wheel.close();
        log.close();
    }
}
