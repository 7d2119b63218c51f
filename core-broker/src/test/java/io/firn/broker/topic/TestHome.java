package io.firn.broker.topic;

import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A config directory with its two threads and a clock that the test moves. */
public final class TestHome implements AutoCloseable {

    private static final int CAPACITY = 100_000;

    private static final int MORE_THAN_ONE_CYCLE = 1_000;

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    private final List<Throwable> faults = new CopyOnWriteArrayList<>();
    private final TaskAgent control;
    private final TaskAgent housekeeper;
    private final Path directory;

    public TestHome(Path directory) {
        this.directory = directory;
        this.control = TaskAgent.start("test-control", CAPACITY, clock, (component, cause) -> faults.add(cause));
        this.housekeeper =
                TaskAgent.start("test-housekeeper", CAPACITY, clock, (component, cause) -> faults.add(cause));
    }

    /** A home as a freshly started broker sees it: its own metrics, the same directory and threads. */
    public ConfigHome config() {
        return new ConfigHome(directory, control, housekeeper, clock, new Metrics());
    }

    public Path directory() {
        return directory;
    }

    public ManualClock clock() {
        return clock;
    }

    public TaskAgent control() {
        return control;
    }

    public TaskAgent housekeeper() {
        return housekeeper;
    }

    /** What reached the fault handler. */
    public List<Throwable> faults() {
        return faults;
    }

    /** Moves the clock and lets both threads do what became due. */
    public void pass(Duration time) {
        clock.advance(time);
        settle();
    }

    /** Waits until what was posted so far is done, and periodic work that is due. */
    public void settle() {
        turn(control);
        turn(housekeeper);
        turn(control);
    }

    /** So many tasks do not fit into one duty cycle, so the agent looks at its periodic tasks between them. */
    private static void turn(TaskAgent agent) {
        for (int task = 0; task < MORE_THAN_ONE_CYCLE; task++) {
            agent.execute(() -> {});
        }
        agent.submit(() -> "done").join();
    }

    @Override
    public void close() {
        control.close();
        housekeeper.close();
    }
}
