package io.firn.broker.topic;

import io.firn.broker.runtime.AtomicFile;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.body.DataVersion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A table of immutable values by name that is on disk before anybody sees it, so that nothing built on an entry
 * survives a crash that the entry does not. Reads are plain map look-ups on any thread. Changes queue up, are applied
 * and written on {@code firn-housekeeper}, all that wait in one write, and answered on {@code firn-control}.
 *
 * <p>Owner of {@code entries} and {@code version}: the housekeeper.
 *
 * @param <V> an immutable value
 */
public final class DurableTable<V> {

    /** Computes an entry's new value from its present one; null means absent. May throw a RequestException. */
    @FunctionalInterface
    public interface Revision<V> {
        @Nullable
        V apply(@Nullable V current);
    }

    private final TableFile<V> file;
    private final ConfigHome home;
    private final ConcurrentHashMap<String, V> entries;
    private final Map<String, V> view;
    private volatile DataVersion version;
    private final Queue<Waiting<V, ?>> waiting = new ConcurrentLinkedQueue<>();
    private final List<Consumer<TableChange<V>>> listeners = new CopyOnWriteArrayList<>();

    /** A table that shows {@code initial}, which the file already holds. */
    public DurableTable(TableFile<V> file, ConfigHome home, Map<String, V> initial, DataVersion version) {
        this.file = file;
        this.home = home;
        this.entries = new ConcurrentHashMap<>(initial);
        this.view = Collections.unmodifiableMap(entries);
        this.version = version;
    }

    /** The entry, null when there is none. Any thread; allocates nothing. */
    public @Nullable V find(String name) {
        return entries.get(name);
    }

    /** All entries: a live view that never throws while it changes. Any thread. */
    public Map<String, V> all() {
        return view;
    }

    /** Rises with each change. */
    public DataVersion version() {
        return version;
    }

    /** Adds a listener, called on {@code firn-housekeeper} after each change. While wiring only. */
    public void onChange(Consumer<TableChange<V>> listener) {
        listeners.add(listener);
    }

    /**
     * Changes one entry and completes when the change is on disk and visible. Any thread. The future fails with the
     * revision's RequestException, or with the StorageException of a write that failed, and then nothing changed.
     *
     * @throws BusyException when too much waits for the housekeeper
     */
    public <R extends @Nullable Object> CompletableFuture<R> change(
            String name, Revision<V> revision, Function<TableChange<V>, R> result) {
        Waiting<V, R> task = new Waiting<>(name, revision, result, new CompletableFuture<>());
        waiting.add(task);
        try {
            home.housekeeper().execute(this::applyWaiting);
        } catch (BusyException e) {
            if (waiting.remove(task)) {
                throw e;
            }
        }
        return task.future();
    }

    /** Completes when every change asked for so far is on disk. */
    public CompletableFuture<?> settled() {
        CompletableFuture<DataVersion> done = new CompletableFuture<>();
        home.housekeeper().execute(() -> {
            applyWaiting();
            done.complete(version);
        });
        return done;
    }

    /** One round: everything that waits becomes one write. */
    private void applyWaiting() {
        Round<V> round = new Round<>(entries);
        for (Waiting<V, ?> next = waiting.poll(); next != null; next = waiting.poll()) {
            round.add(next);
        }
        if (!round.changes.isEmpty()) {
            write(round);
        }
        round.refusals.forEach(this::answerOnControl);
        round.answers.forEach(this::answerOnControl);
    }

    private void write(Round<V> round) {
        Map<String, V> next = round.result();
        DataVersion raised = new DataVersion(
                version.stateVersion(), home.clock().millis(), version.counter() + round.changes.size());
        try {
            AtomicFile.write(file.path(), file.encode(next, raised));
        } catch (StorageException e) {
            round.refuse(e);
            return;
        }
        for (TableChange<V> change : round.changes) {
            publish(change);
        }
        version = raised;
        for (TableChange<V> change : round.changes) {
            listeners.forEach(listener -> listener.accept(change));
        }
    }

    private void publish(TableChange<V> change) {
        V after = change.after();
        if (after == null) {
            entries.remove(change.name());
        } else {
            entries.put(change.name(), after);
        }
    }

    /** When control is full the caller is answered from here: late in its thread is better than never. */
    private void answerOnControl(Runnable answer) {
        try {
            home.control().execute(answer);
        } catch (BusyException e) {
            answer.run();
        }
    }

    /** A change that was asked for. */
    private record Waiting<V, R extends @Nullable Object>(
            String name, Revision<V> revision, Function<TableChange<V>, R> result, CompletableFuture<R> future) {

        void succeed(TableChange<V> change) {
            future.complete(result.apply(change));
        }
    }

    /** The changes of one write, on top of what is published. Owner: the housekeeper. */
    private static final class Round<V> {

        private final Map<String, V> published;
        private final Map<String, @Nullable V> changed = new HashMap<>();
        private final List<TableChange<V>> changes = new ArrayList<>();
        private final List<Waiting<V, ?>> waiters = new ArrayList<>();
        private final List<Runnable> answers = new ArrayList<>();
        private final List<Runnable> refusals = new ArrayList<>();

        Round(Map<String, V> published) {
            this.published = published;
        }

        void add(Waiting<V, ?> wanted) {
            String name = wanted.name();
            V before = changed.containsKey(name) ? changed.get(name) : published.get(name);
            TableChange<V> change;
            try {
                change = new TableChange<>(name, before, wanted.revision().apply(before));
            } catch (RequestException e) {
                refusals.add(() -> wanted.future().completeExceptionally(e));
                return;
            }
            if (change.isReal()) {
                changed.put(name, change.after());
                changes.add(change);
            }
            waiters.add(wanted);
            answers.add(() -> wanted.succeed(change));
        }

        /** Everything that would be published after this round. */
        Map<String, V> result() {
            Map<String, V> next = new TreeMap<>(published);
            changed.forEach((name, value) -> {
                if (value == null) {
                    next.remove(name);
                } else {
                    next.put(name, value);
                }
            });
            return next;
        }

        /** Nothing of this round happened. */
        void refuse(StorageException failure) {
            answers.clear();
            waiters.forEach(each -> answers.add(() -> each.future().completeExceptionally(failure)));
        }
    }
}
