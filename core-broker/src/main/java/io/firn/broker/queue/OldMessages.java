package io.firn.broker.queue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Finds single messages that the local store no longer has: the port through which sources answer queries by place and
 * by key. Futures complete within a deadline the implementation keeps, on any thread; who gets records closes them. Any
 * thread calls; nothing here blocks.
 */
public interface OldMessages {

    /** There are none. */
    OldMessages NONE = new OldMessages() {
        @Override
        public CompletableFuture<List<RecordSlices>> byPosition(long position) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletableFuture<List<RecordSlices>> byKey(KeySought sought) {
            return CompletableFuture.completedFuture(List.of());
        }
    };

    /**
     * What is looked for.
     *
     * @param key a word of property {@code KEYS}, or property {@code UNIQ_KEY}
     * @param range when it was stored
     * @param max most messages, the newest ones
     * @param known log positions of those that were found already
     */
    record KeySought(String topic, String key, KeyIndex.Range range, int max, Set<Long> known) {}

    /** The record that stood at a log position; empty when nobody has it. */
    CompletableFuture<List<RecordSlices>> byPosition(long position);

    /** Messages of a key; empty when nobody has any. */
    CompletableFuture<List<RecordSlices>> byKey(KeySought sought);
}
