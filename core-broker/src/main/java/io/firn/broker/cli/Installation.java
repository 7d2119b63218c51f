package io.firn.broker.cli;

import io.firn.broker.plugin.PluginState;
import io.firn.broker.plugin.PluginStatus;
import io.firn.broker.plugin.jar.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A jar on its way into the plugin directory: the one it replaces is kept until it is known how that ended. One thread. */
final class Installation {

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    /** Stop and start of a plugin and of those that depend on it, each within its limit. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final PluginJar jar;
    private final Path target;
    private final boolean replaces;

    private Installation(PluginJar jar, Path target, boolean replaces) {
        this.jar = jar;
        this.target = target;
        this.replaces = replaces;
    }

    Path target() {
        return target;
    }

    static @Nullable PluginStatus find(List<PluginStatus> all, String id) {
        return all.stream().filter(one -> one.id().equals(id)).findFirst().orElse(null);
    }

    /** Whether these very bytes are at work. */
    static boolean runs(PluginStatus status, PluginJar jar) {
        return status.state() == PluginState.ACTIVE && isOf(status, jar);
    }

    private static boolean isOf(PluginStatus status, PluginJar jar) {
        return status.source() != null && status.source().sha256().equals(jar.sha256());
    }

    /** Copies the jar and its signature, whole, by renaming. */
    static Installation begin(PluginJar jar, Path source, Path target) {
        try {
            Files.createDirectories(target.getParent());
            boolean replaces = Files.exists(target);
            if (replaces) {
                copy(target, before(target));
                copyIfThere(signature(target), before(signature(target)));
            }
            if (!Files.exists(target) || !Files.isSameFile(source, target)) {
                copyIfThere(signature(source), signature(target));
                copy(source, target);
            }
            return new Installation(jar, target, replaces);
        } catch (IOException e) {
            throw new CommandFailure("can not copy " + source + " to " + target + ": " + e
                    + "; is this the broker's machine, and may you write there?");
        }
    }

    private static Path signature(Path file) {
        return file.resolveSibling(file.getFileName() + ".sig");
    }

    private static Path before(Path file) {
        return file.resolveSibling(file.getFileName() + ".before");
    }

    private static void copyIfThere(Path source, Path target) throws IOException {
        if (Files.exists(source)) {
            copy(source, target);
        } else {
            Files.deleteIfExists(target);
        }
    }

    private static void copy(Path source, Path target) throws IOException {
        Path fresh = target.resolveSibling(target.getFileName() + ".part");
        Files.copy(source, fresh, StandardCopyOption.REPLACE_EXISTING);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** It stays; what it replaced goes. */
    void keep() {
        try {
            Files.deleteIfExists(before(target));
            Files.deleteIfExists(before(signature(target)));
        } catch (IOException e) {
            throw new CommandFailure("installed, but can not delete " + before(target) + ": " + e);
        }
    }

    /**
     * Waits until the broker runs it, and undoes the installation when it does not.
     *
     * @param earlier what the broker said before
     * @return what became of it, in words
     * @throws CommandFailure with the broker's reason
     */
    String await(Supplier<List<PluginStatus>> statuses, List<PluginStatus> earlier) {
        PluginStatus old = find(earlier, jar.manifest().id());
        long began = System.nanoTime();
        while (System.nanoTime() - began < PATIENCE.toNanos()) {
            List<PluginStatus> now = statuses.get();
            PluginStatus status = find(now, jar.manifest().id());
            if (status != null && isOf(status, jar)) {
                switch (status.state()) {
                    case ACTIVE -> {
                        keep();
                        return old == null || old.version().isEmpty() ? "ACTIVE" : "ACTIVE, before " + old.version();
                    }
                    case DISABLED -> {
                        keep();
                        return "DISABLED, " + status.cause() + ": 'firn plugin enable " + status.id() + "' starts it";
                    }
                    case FAILED, QUARANTINED, LEAKED -> {
                        if (!status.equals(old)) {
                            throw undone(status.cause());
                        }
                    }
                    case REFUSED, RESOLVED, STARTING, STOPPING, STOPPED -> {
                        // not decided yet
                    }
                }
            }
            String refused = refused(now, earlier);
            if (refused != null) {
                throw undone(refused);
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
        throw undone(
                "the broker has not said anything of it for " + PATIENCE.toMinutes() + " minutes: look at its log");
    }

    /** Why the broker has refused the file since; null when it has not. */
    private @Nullable String refused(List<PluginStatus> now, List<PluginStatus> earlier) {
        String name = String.valueOf(target.getFileName());
        for (PluginStatus status : now) {
            if (status.state() == PluginState.REFUSED && status.id().equals(name) && !earlier.contains(status)) {
                return status.cause();
            }
        }
        return null;
    }

    private CommandFailure undone(String why) {
        try {
            if (replaces) {
                copyIfThere(before(signature(target)), signature(target));
                copy(before(target), target);
            } else {
                Files.deleteIfExists(target);
                Files.deleteIfExists(signature(target));
            }
            keep();
        } catch (IOException e) {
            return new CommandFailure(jar.label() + " does not run: " + why + "; and can not be taken out of "
                    + target.getParent() + " again: " + e);
        }
        return new CommandFailure(jar.label() + " does not run: " + why + ". "
                + (replaces ? "The jar of before is in its place again" : "It is taken out of the directory again"));
    }
}
