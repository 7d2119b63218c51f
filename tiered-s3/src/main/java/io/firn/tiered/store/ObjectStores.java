package io.firn.tiered.store;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The store of a configuration, opened: hands out one {@link ObjectStore} per purpose, each with retries above and
 * metering below them. Readers have connections of their own, so that an upload cannot keep a consumer waiting. Thread
 * safe; close it after everything that uses its stores.
 */
public final class ObjectStores implements AutoCloseable {
    private final ObjectStore readers;
    private final ObjectStore others;
    private final List<S3ObjectStore> owned;
    private final RequestMeter meter = new RequestMeter();
    private final RetryPolicy retries;
    private final RetryBudget budget = new RetryBudget();
    private final RetryingObjectStore.Backoff backoff;

    private ObjectStores(
            ObjectStore readers,
            ObjectStore others,
            List<S3ObjectStore> owned,
            RetryPolicy retries,
            RetryingObjectStore.Backoff backoff) {
        this.readers = readers;
        this.others = others;
        this.owned = owned;
        this.retries = retries;
        this.backoff = backoff;
    }

    /**
     * Opens the back end the location names: {@code s3:} or {@code file:}. Makes no request; see {@link StoreProbe}.
     *
     * @param random for waits and names; a secure source, or a seeded one in tests
     * @throws StoreException.Fatal the directory cannot be made, or no region is known
     */
    public static ObjectStores open(StoreConfig config, RandomGenerator random) {
        RetryPolicy retries = config.limits().retries();
        RetryingObjectStore.Backoff backoff = RetryingObjectStore.Backoff.real(random);
        if (config.isDirectory()) {
            FileObjectStore files = FileObjectStore.open(config.directory(), WriteId.random(random));
            return new ObjectStores(files, files, List.of(), retries, backoff);
        }
        S3ObjectStore readers = S3ObjectStore.open(config);
        try {
            S3ObjectStore others = S3ObjectStore.open(config);
            return new ObjectStores(readers, others, List.of(readers, others), retries, backoff);
        } catch (StoreException e) {
            readers.close();
            throw e;
        }
    }

    /** The store for requests of this purpose. */
    public ObjectStore forPurpose(Purpose purpose) {
        ObjectStore backEnd = purpose.isForReaders() ? readers : others;
        return new RetryingObjectStore(new MeteredObjectStore(backEnd, meter, purpose), retries, budget, backoff);
    }

    /** What all its stores have asked for so far. */
    public RequestMeter meter() {
        return meter;
    }

    /** Closes the connections; calls in flight fail. */
    @Override
    public void close() {
        owned.reversed().forEach(S3ObjectStore::close);
    }
}
