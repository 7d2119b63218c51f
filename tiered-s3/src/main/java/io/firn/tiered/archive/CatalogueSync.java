package io.firn.tiered.archive;

import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.catalogue.CatalogueFile;
import io.firn.tiered.catalogue.QueueMap;
import io.firn.tiered.commit.ArchiveLog;
import io.firn.tiered.commit.Catalogue;
import io.firn.tiered.commit.StoredBytes;
import io.firn.tiered.format.RpkReader;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what is in memory up to what the bucket says: reads the log's tail, and the index of each object that the map of
 * queues has not seen. Archiver's thread, which it blocks.
 */
public final class CatalogueSync {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogueSync.class);

    private final ObjectStore store;
    private final CatalogueFile file;
    private final long queueBytes;

    /**
     * A sync.
     *
     * @param queueBytes budget of a map that is made anew
     */
    public CatalogueSync(ObjectStore store, CatalogueFile file, long queueBytes) {
        this.store = store;
        this.file = file;
        this.queueBytes = queueBytes;
    }

    /** Reads the bucket, starting from what is known, and publishes what it says. */
    public void read(ArchiveLog log, Archive archive, CancelToken cancel) {
        QueueMap queues = archive.queues();
        if (!log.resumes(archive.catalogue(), cancel)) {
            log.recover(cancel);
            queues = new QueueMap(queueBytes);
        }
        publish(log.catalogue(), queues, archive, cancel);
    }

    /** Publishes a catalogue, once the map of queues has all of it. */
    public void publish(Catalogue catalogue, QueueMap queues, Archive archive, CancelToken cancel) {
        int row = catalogue.firstFrom(Math.max(0, queues.upTo()));
        boolean changed = row < catalogue.objects()
                || catalogue.seq() != archive.catalogue().seq();
        while (row < catalogue.objects()) {
            long base = catalogue.base(row);
            long end = catalogue.end(row);
            List<RpkReader> objects = new ArrayList<>();
            for (; row < catalogue.objects() && catalogue.base(row) == base; row++) {
                objects.add(RpkReader.open(
                        new StoredBytes(store, catalogue.object(row).key(), cancel)));
            }
            queues.add(base, end, objects);
        }
        if (changed) {
            save(new CatalogueFile.Copy(catalogue, queues));
        }
        archive.publish(queues, catalogue);
    }

    /** A full disk must not keep segments from being archived and deleted: the copy is only a copy. */
    private void save(CatalogueFile.Copy copy) {
        try {
            file.save(copy);
        } catch (UncheckedIOException e) {
            LOG.warn("{}: {}", e.getMessage(), String.valueOf(e.getCause()));
        }
    }
}
