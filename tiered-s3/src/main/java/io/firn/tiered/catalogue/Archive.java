package io.firn.tiered.catalogue;

import io.firn.spi.cold.Coverage;
import io.firn.spi.topic.QueueRef;
import io.firn.tiered.commit.Catalogue;
import io.firn.tiered.commit.ObjectRef;
import java.util.ArrayList;
import java.util.List;

/**
 * What is archived, as readers, the cleanup hook and operators see it. Published by the archiver's thread after each
 * commit, queues first: whoever sees a position as archived finds its messages.
 */
public final class Archive {
    private volatile QueueMap queues;
    private volatile Catalogue catalogue;

    public Archive(QueueMap queues, Catalogue catalogue) {
        this.queues = queues;
        this.catalogue = catalogue;
    }

    /** The queues, archiver's thread only adds to them. */
    public QueueMap queues() {
        return queues;
    }

    /** The objects. */
    public Catalogue catalogue() {
        return catalogue;
    }

    /** Positions below this are committed and were read back; -1 when nothing ever was. */
    public long archivedUpTo() {
        return catalogue.archivedUpTo();
    }

    /** What is archived of a queue; {@link Coverage#NONE} for an unknown one. */
    public Coverage coverage(QueueRef queue) {
        return queues.coverage(queue);
    }

    /** The objects of the slice at this position; none when they were dropped meanwhile. */
    public List<ObjectRef> objectsAt(long base) {
        Catalogue now = catalogue;
        List<ObjectRef> found = new ArrayList<>();
        for (int row = now.firstFrom(base); row < now.objects() && now.base(row) == base; row++) {
            found.add(now.object(row));
        }
        return found;
    }

    /** Makes a commit visible. */
    public void publish(QueueMap newQueues, Catalogue newCatalogue) {
        queues = newQueues;
        catalogue = newCatalogue;
    }
}
