package io.firn.spi.fake;

import io.firn.spi.PluginScheduler;
import io.firn.spi.PluginTask;
import io.firn.spi.contract.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Runs work when the test's clock has reached its time and the test says so, on the test's thread. */
public final class FakeScheduler implements PluginScheduler {

    private final ManualClock clock;
    private final List<Entry> entries = new ArrayList<>();
    private long ids;
    private boolean ended;

    /** Nothing to do. */
    public FakeScheduler(ManualClock clock) {
        this.clock = clock;
    }

    private record Entry(Instant due, @Nullable Duration pause, PluginTask task, long id) {}

    @Override
    public synchronized Registration once(String name, Duration delay, PluginTask task) {
        return add(new Entry(clock.instant().plus(checked(delay)), null, task, ids++));
    }

    @Override
    public synchronized Registration repeat(String name, Duration pause, PluginTask task) {
        if (pause.isZero()) {
            throw new IllegalArgumentException("a pause of nothing: " + name);
        }
        return add(new Entry(clock.instant().plus(checked(pause)), pause, task, ids++));
    }

    /** Runs all that is due, in order; tells how much. */
    public int runDue() throws Exception {
        int ran = 0;
        for (Optional<Entry> next = takeDue(); next.isPresent(); next = takeDue()) {
            Entry entry = next.get();
            entry.task().run();
            again(entry);
            ran++;
        }
        return ran;
    }

    /** How much waits. */
    public synchronized int waiting() {
        return entries.size();
    }

    /** The plugin stops: all is cancelled, nothing is taken. */
    public synchronized void end() {
        ended = true;
        entries.clear();
    }

    private synchronized Optional<Entry> takeDue() {
        Optional<Entry> first =
                entries.stream().filter(e -> !e.due().isAfter(clock.instant())).min(Comparator.comparing(Entry::due));
        first.ifPresent(entries::remove);
        return first;
    }

    private synchronized void again(Entry entry) {
        Duration pause = entry.pause();
        if (pause != null && !ended) {
            entries.add(new Entry(clock.instant().plus(pause), pause, entry.task(), entry.id()));
        }
    }

    private Registration add(Entry entry) {
        if (ended) {
            throw new IllegalStateException("the plugin is stopping");
        }
        entries.add(entry);
        return () -> cancel(entry.id());
    }

    private synchronized void cancel(long id) {
        entries.removeIf(e -> e.id() == id);
    }

    private static Duration checked(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("a time before now: " + time);
        }
        return time;
    }
}
