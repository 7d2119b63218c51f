package io.firn.broker.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Files that changed since they were last forced. The dispatcher's thread notes changes, the housekeeper forces. */
final class ChangedFiles {

    private final ConcurrentLinkedQueue<LazyFile> changed = new ConcurrentLinkedQueue<>();

    /** Notes that a file was written to. One volatile read when that is known already. */
    void add(LazyFile file) {
        if (file.markDirty()) {
            changed.add(file);
        }
    }

    boolean isEmpty() {
        return changed.isEmpty();
    }

    /** Forces every file noted before the call. A file that can not be forced stays noted, and those behind it. */
    void force() {
        List<LazyFile> files = new ArrayList<>();
        for (LazyFile file = changed.poll(); file != null; file = changed.poll()) {
            files.add(file);
        }
        int done = 0;
        try {
            for (; done < files.size(); done++) {
                files.get(done).force();
            }
        } finally {
            changed.addAll(files.subList(done, files.size()));
        }
    }
}
