package io.firn.broker.plugin;

import io.firn.broker.runtime.Clock;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the plugin directory. Looking is a listing without opening a file; a jar is handed out when its size and
 * time have stood still for a second, so that one being copied is not read half. Owner: {@code firn-plugins}.
 */
final class JarDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(JarDirectory.class);
    private static final long SETTLING_NS = 1_000_000_000L;

    private final Path directory;
    private final Clock clock;
    /** What was handed out or said to be gone, by path. */
    private final Map<Path, Stamp> known = new HashMap<>();

    private final Map<Path, Unsettled> settling = new HashMap<>();
    private String lastFault = "";

    JarDirectory(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /** A file's identity as far as a listing tells. */
    private record Stamp(long sizeBytes, long changedMs, Object key) {}

    private record Unsettled(Stamp stamp, long sinceNs) {}

    /** What is different since the last look. */
    record Change(List<Path> arrived, List<Path> gone) {}

    /** Every jar as it is now, in order of name, for the start: what is broken then is looked at again when it changes. */
    List<Path> all() {
        SortedMap<Path, Stamp> now = list();
        known.clear();
        known.putAll(now);
        return List.copyOf(now.keySet());
    }

    /** Jars that are new or different and have stood still, and jars that are gone, since the last call. */
    Change changes() {
        SortedMap<Path, Stamp> now = list();
        List<Path> arrived = new ArrayList<>();
        long nanos = clock.nanos();
        now.forEach((path, stamp) -> {
            if (!stamp.equals(known.get(path)) && hasSettled(path, stamp, nanos)) {
                known.put(path, stamp);
                arrived.add(path);
            }
        });
        settling.keySet().retainAll(now.keySet());
        List<Path> gone = known.keySet().stream()
                .filter(path -> !now.containsKey(path))
                .sorted()
                .toList();
        gone.forEach(known::remove);
        return new Change(arrived, gone);
    }

    private boolean hasSettled(Path path, Stamp stamp, long nanos) {
        Unsettled before = settling.get(path);
        if (before == null || !before.stamp().equals(stamp)) {
            settling.put(path, new Unsettled(stamp, nanos));
            return false;
        }
        if (nanos - before.sinceNs() < SETTLING_NS) {
            return false;
        }
        settling.remove(path);
        return true;
    }

    private SortedMap<Path, Stamp> list() {
        SortedMap<Path, Stamp> found = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jar")) {
            for (Path file : files) {
                stamp(file, found);
            }
            lastFault = "";
        } catch (NoSuchFileException e) {
            LOG.trace("no plugin directory {}", directory);
        } catch (NotDirectoryException e) {
            complain("it is no directory");
        } catch (IOException e) {
            complain(e.toString());
        }
        return found;
    }

    private static void stamp(Path file, Map<Path, Stamp> found) throws IOException {
        try {
            BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
            if (is.isRegularFile()) {
                Object key = is.fileKey() == null ? file : is.fileKey();
                found.put(file, new Stamp(is.size(), is.lastModifiedTime().toMillis(), key));
            }
        } catch (NoSuchFileException e) {
            LOG.debug("{} went away while being looked at", file);
        }
    }

    /** Once per fault: this is asked twice a second. */
    private void complain(String fault) {
        if (!fault.equals(lastFault)) {
            LOG.warn("plugin directory {} can not be read: {}", directory, fault);
            lastFault = fault;
        }
    }
}
