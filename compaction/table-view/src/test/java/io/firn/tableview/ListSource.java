package io.firn.tableview;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Queues in memory, with gaps; a read at the end waits until something is sent. Any thread. */
final class ListSource implements TableSource {

    private static final int BATCH = 7;

    private final Map<TableQueue, TreeMap<Long, Message>> messages = new TreeMap<>();
    private final Map<TableQueue, Long> ends = new HashMap<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private int failures;
    private boolean closed;

    synchronized ListSource with(TableQueue queue) {
        messages.put(queue, new TreeMap<>());
        ends.put(queue, 0L);
        return this;
    }

    /** Puts a message at the end and returns its offset; a null value deletes. */
    long send(TableQueue queue, String key, String value) {
        return send(queue, Map.of("KEYS", key), value);
    }

    /** The same, on the condition that the key was not written after this offset. */
    long sendIf(TableQueue queue, String key, String value, long condition) {
        return send(queue, Map.of("KEYS", key, "COMPACTION_IF_OFFSET", Long.toString(condition)), value);
    }

    private long send(TableQueue queue, Map<String, String> properties, String value) {
        List<Runnable> woken;
        long offset;
        synchronized (this) {
            offset = ends.merge(queue, 1L, Long::sum) - 1;
            byte[] body = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
            messages.get(queue).put(offset, new Message(offset, 1_000 + offset, properties, body));
            woken = List.copyOf(waiting);
            waiting.clear();
        }
        woken.forEach(Runnable::run);
        return offset;
    }

    /** Takes a message away, as compaction does. */
    synchronized void drop(TableQueue queue, long offset) {
        messages.get(queue).remove(offset);
    }

    /** The queue loses everything. */
    synchronized void truncate(TableQueue queue, long end) {
        messages.get(queue).tailMap(end, true).clear();
        ends.put(queue, end);
    }

    /** So many calls fail. */
    synchronized void failNext(int count) {
        failures = count;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    private synchronized void mayFail() throws Exception {
        if (failures > 0) {
            failures--;
            throw new java.io.IOException("nobody answers");
        }
    }

    @Override
    public Set<TableQueue> queues() throws Exception {
        mayFail();
        return Set.copyOf(messages.keySet());
    }

    @Override
    public synchronized long minOffset(TableQueue queue) {
        TreeMap<Long, Message> all = messages.get(queue);
        return all.isEmpty() ? ends.get(queue) : all.firstKey();
    }

    @Override
    public synchronized long maxOffset(TableQueue queue) {
        return ends.get(queue);
    }

    @Override
    public void read(TableQueue queue, long offset, Consumer<Answer> answer) {
        Answer now = now(queue, offset, answer);
        if (now != null) {
            answer.accept(now);
        }
    }

    private synchronized Answer now(TableQueue queue, long offset, Consumer<Answer> answer) {
        if (failures > 0) {
            failures--;
            return new Answer.Failed(new java.io.IOException("nobody answers"));
        }
        long end = ends.get(queue);
        if (offset > end) {
            return new Answer.OutOfRange(end);
        }
        if (offset == end) {
            waiting.add(() -> read(queue, offset, answer));
            return null;
        }
        List<Message> found = messages.get(queue).tailMap(offset, true).values().stream()
                .limit(BATCH)
                .toList();
        return new Answer.Messages(
                found, found.isEmpty() ? end : found.get(found.size() - 1).offset() + 1);
    }

    @Override
    public synchronized void close() {
        closed = true;
        waiting.clear();
    }
}
