package io.firn.tableview;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.exception.MQClientException;
import org.jspecify.annotations.Nullable;

/**
 * The latest value of each key of a topic, in memory and following the topic. At the start the end of each queue is asked for;
 * the table is ready when all queues are read up to there, be there messages, gaps or nothing: everything acknowledged before
 * {@link #open} is in it then. A message with an empty body or with the property {@code COMPACTION_TOMBSTONE=true} deletes
 * its key. Brokers that cannot be asked are asked again each second; the table stays as it is meanwhile.
 *
 * <p>Any thread may ask; one thread of the table's own changes it.
 */
public final class TableView implements AutoCloseable {

    private static final Logger LOG = System.getLogger(TableView.class.getName());

    private final List<TableListener> listeners = new CopyOnWriteArrayList<>();
    private final String topic;
    private final Table table;
    private final TableReader reader;

    private TableView(TableOptions options, TableSource source, InstantSource clock) {
        this.topic = options.topic();
        this.table = new Table(this::tell);
        this.reader = new TableReader(options, source, clock, table);
    }

    /** Starts a client of its own and a table on it; returns before the table is ready. */
    public static TableView open(TableOptions options) throws MQClientException {
        String instance = "table-" + options.topic() + "-" + Long.toHexString(System.nanoTime());
        return open(options, ClientSource.open(options, instance), InstantSource.system());
    }

    static TableView open(TableOptions options, TableSource source, InstantSource clock) {
        TableView view = new TableView(options, source, clock);
        view.reader.start();
        return view;
    }

    /** Waits until everything is in the table that was there when it was opened. */
    public void awaitReady() throws InterruptedException {
        reader.ready().await();
    }

    /** Waits so long at most; whether the table is ready. */
    public boolean awaitReady(Duration limit) throws InterruptedException {
        return reader.ready().await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Whether all is in the table that was there when it was opened. */
    public boolean isReady() {
        return reader.ready().getCount() == 0;
    }

    /** The latest value of a key; empty when it has none or is deleted. */
    public Optional<TableEntry> get(String key) {
        return Optional.ofNullable(table.entries().get(key));
    }

    /** All entries, as of about now. */
    public Map<String, TableEntry> snapshot() {
        return Map.copyOf(table.entries());
    }

    /** Number of keys. */
    public int size() {
        return table.entries().size();
    }

    /** Offset up to which each queue is read. */
    public Map<TableQueue, Long> positions() {
        return reader.positions();
    }

    /** Waits until the message at an offset, such as one just sent, is in the table; false when the limit passes first. */
    public boolean awaitOffset(TableQueue queue, long offset, Duration limit) throws InterruptedException {
        return reader.awaitOffset(queue, offset, limit);
    }

    /** Tells of each change from now on, until what is returned is run. */
    public Runnable listen(TableListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void tell(String key, @Nullable TableEntry before, @Nullable TableEntry after) {
        for (TableListener listener : listeners) {
            try {
                listener.changed(key, before, after);
            } catch (RuntimeException e) { // an application's code: the table goes on
                LOG.log(Level.WARNING, "a listener of the table of " + topic + " failed", e);
            }
        }
    }

    /** What goes wrong now: brokers that do not answer, a state file that cannot be written. */
    public Optional<Throwable> trouble() {
        return reader.trouble();
    }

    /** Stops reading, saves the state, ends the client. Idempotent; not for listeners, which would wait for themselves. */
    @Override
    public void close() {
        reader.close();
    }
}
