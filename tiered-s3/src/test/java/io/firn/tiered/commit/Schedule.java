package io.firn.tiered.commit;

import io.firn.tiered.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs actors one request at a time, in an order drawn from a seed; stalls them for long, fails their requests before or
 * after the effect, and kills them there. Exactly one thread runs at any moment, so a seed repeats its run.
 */
final class Schedule {
    /** An actor's process dies here. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** The schedule is over. */
    static final class Over extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** One thread of the simulation. */
    final class Actor implements SimStore.Gate {
        private final Semaphore turn = new Semaphore(0);
        private boolean done;
        private int stalledUntil;

        @Override
        public <T> T pass(String what, Supplier<T> effect) {
            pause();
            int fate = random.nextInt(200);
            if (fate == 0) {
                throw new Crash();
            }
            if (fate == 1) {
                throw lost(what);
            }
            T result = effect.get();
            if (fate == 2) {
                throw new Crash();
            }
            if (fate == 3) {
                throw lost(what);
            }
            return result;
        }

        private StoreException.Retryable lost(String what) {
            return new StoreException.Retryable(what, StoreException.Retryable.Cause.TRANSIENT, null);
        }

        /** Lets the others run. */
        void pause() {
            scheduler.release();
            turn.acquireUninterruptibly();
            if (over) {
                throw new Over();
            }
        }
    }

    private final Random random;
    private final Semaphore scheduler = new Semaphore(0);
    private final List<Actor> actors = new ArrayList<>();
    private @Nullable Throwable failure;
    private boolean over;

    Schedule(Random random) {
        this.random = random;
    }

    void start(Consumer<Actor> body) {
        Actor actor = new Actor();
        actors.add(actor);
        Thread.ofVirtual().start(() -> {
            actor.turn.acquireUninterruptibly();
            try {
                body.accept(actor);
            } catch (Over e) {
                actor.done = true;
            } catch (Throwable e) {
                failure = e;
            }
            actor.done = true;
            scheduler.release();
        });
    }

    /** Runs this many steps, then ends all actors; throws what the first failing one threw. */
    void run(int steps) {
        for (int step = 0; step < steps && failure == null; step++) {
            Actor actor = actors.get(random.nextInt(actors.size()));
            if (random.nextInt(60) == 0) {
                actor.stalledUntil = step + random.nextInt(200);
            }
            if (!actor.done && actor.stalledUntil <= step) {
                resume(actor);
            }
        }
        over = true;
        actors.stream().filter(actor -> !actor.done).forEach(this::resume);
        if (failure != null) {
            throw new AssertionError(failure.getMessage(), failure);
        }
    }

    private void resume(Actor actor) {
        actor.turn.release();
        scheduler.acquireUninterruptibly();
    }
}
