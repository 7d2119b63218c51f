package io.firn.broker.plugin;

import io.firn.broker.runtime.Clock;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the plugin directory. Looking is a listing without opening a file; a jar is handed out when its size and
 * time have stood still for a second, so that one being copied is not read half. A directory that can not be listed says
 * nothing about its jars: none has come and none is gone. Owner: {@code firn-plugins}.
 */
final class JarDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(JarDirectory.class);
    private static final long SETTLING_NS = 1_000_000_000L;

    private final Path directory;
    private final Clock clock;
    /** What was handed out or said to be gone, by path. */
    private final Map<Path, Stamp> known = new HashMap<>();

    private final Map<Path, Unsettled> settling = new HashMap<>();
    /** Written by the owner, read by any thread. */
    private volatile String fault = "";

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
        if (now == null) {
            return List.of();
        }
        known.putAll(now);
        return List.copyOf(now.keySet());
    }

    /** Why the directory, or a file in it, can not be looked at; empty when all is well. Any thread. */
    String fault() {
        return fault;
    }

    /** Jars that are new or different and have stood still, and jars that are gone, since the last call. */
    Change changes() {
        SortedMap<Path, Stamp> now = list();
        if (now == null) {
            return new Change(List.of(), List.of());
        }
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

    /** Null when nobody can tell what is there. */
    private @Nullable SortedMap<Path, Stamp> list() {
        SortedMap<Path, Stamp> found = new TreeMap<>();
        List<String> faults = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.jar")) {
            for (Path file : files) {
                stamp(file, found, faults);
            }
        } catch (NoSuchFileException e) {
            // none is as good as an empty one; a link is there because somebody wanted something
            if (Files.isSymbolicLink(directory)) {
                faults.add(unread("it is a link to what is not there"));
            }
        } catch (NotDirectoryException e) {
            faults.add(unread("it is no directory"));
        } catch (IOException | DirectoryIteratorException e) {
            tell(unread(e.toString()));
            return null;
        }
        tell(String.join("; ", faults));
        return found;
    }

    private String unread(String why) {
        return "plugin directory " + directory + " can not be read, jars in it are not looked at: " + why + " (see "
                + PluginConfig.JARS_KEY + ")";
    }

    private static void stamp(Path file, Map<Path, Stamp> found, List<String> faults) {
        try {
            BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
            if (is.isRegularFile()) {
                Object key = is.fileKey() == null ? file : is.fileKey();
                found.put(file, new Stamp(is.size(), is.lastModifiedTime().toMillis(), key));
            }
        } catch (NoSuchFileException e) {
            LOG.debug("{} went away while being looked at", file);
        } catch (IOException e) {
            // one bad file is no reason not to see the others
            faults.add("plugin jar " + file + " can not be looked at and is not loaded: " + e);
        }
    }

    /** One line when it is another fault, or none any more: this is asked twice a second. */
    private void tell(String now) {
        if (now.equals(fault)) {
            return;
        }
        if (now.isEmpty()) {
            LOG.info("plugin directory {} can be read again", directory);
        } else {
            LOG.warn("{}", now);
        }
        fault = now;
    }
}
