package io.firn.broker.plugin;

import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.plugin.jar.PluginJar;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pf4j.DefaultVersionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the files that have arrived are to be used: those that may be loaded, of several of one plugin the one of the
 * highest version. Keeps why the others were refused. Owner: {@code firn-plugins}.
 */
final class Arrivals {

    private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);

    private final Intake intake;
    private final Stage stage;
    private final Clock clock;
    private final SortedMap<Path, Refusal> refusals = new TreeMap<>();
    /** Jars that may be loaded and lost to a higher version of the same plugin, by id. */
    private final Map<String, List<Intake.Accepted>> losers = new HashMap<>();

    Arrivals(Intake intake, Stage stage, Clock clock) {
        this.intake = intake;
        this.stage = stage;
        this.clock = clock;
    }

    /** Why a file is not used. */
    private record Refusal(String reason, long sinceMs) {}

    /** Looks at these files; what is to be used of them, one per plugin. {@code plugins} are there already. */
    Collection<Intake.Accepted> sort(List<Path> files, Map<String, HostedPlugin> plugins) {
        Map<String, Intake.Accepted> candidates = new LinkedHashMap<>();
        losers.clear();
        for (Path file : files) {
            try {
                Intake.Accepted accepted = intake.look(file);
                refusals.remove(file);
                choose(accepted, plugins.get(accepted.jar().manifest().id()), candidates);
            } catch (PluginException | StorageException e) {
                refuse(file, String.valueOf(e.getMessage()));
            }
        }
        return candidates.values();
    }

    private void choose(
            Intake.Accepted accepted, @Nullable HostedPlugin present, Map<String, Intake.Accepted> candidates) {
        PluginJar jar = accepted.jar();
        String id = jar.manifest().id();
        Intake.Accepted other = candidates.get(id);
        if (other != null) {
            boolean newer = compare(jar, other.jar()) > 0;
            Intake.Accepted kept = newer ? accepted : other;
            Intake.Accepted lost = newer ? other : accepted;
            refuseDouble(lost.jar(), kept.jar());
            losers.computeIfAbsent(id, key -> new ArrayList<>()).add(lost);
            candidates.put(id, kept);
        } else if (present != null && isOther(present, jar) && compare(jar, present.jar()) <= 0) {
            refuseDouble(jar, present.jar());
        } else if (present == null || !isSame(present, jar)) {
            candidates.put(id, accepted);
        }
    }

    private static int compare(PluginJar one, PluginJar other) {
        return new DefaultVersionManager()
                .compareVersions(one.manifest().version(), other.manifest().version());
    }

    private static boolean isOther(HostedPlugin present, PluginJar jar) {
        return !present.jar().source().equals(jar.source())
                && Files.exists(present.jar().source());
    }

    /** The same bytes again, and they are at work: nothing to do. */
    private static boolean isSame(HostedPlugin present, PluginJar jar) {
        return present.state() == PluginState.ACTIVE && present.jar().sha256().equals(jar.sha256());
    }

    private void refuseDouble(PluginJar loser, PluginJar winner) {
        refuse(
                loser.source(),
                loser.source().getFileName() + ": plugin " + loser.label() + " is also in "
                        + winner.source().getFileName() + " as " + winner.label()
                        + ", which is used; remove one of the files");
    }

    /** The jar of the highest version that lost to the one that turned out not to start; each is given once. */
    Intake.@Nullable Accepted next(String id) {
        List<Intake.Accepted> left = losers.getOrDefault(id, List.of());
        Intake.Accepted best = left.stream()
                .max(Comparator.comparing(Intake.Accepted::jar, Arrivals::compare))
                .orElse(null);
        if (best != null) {
            left.remove(best);
            refusals.remove(best.jar().source());
        }
        return best;
    }

    /** A file is not used; told to log, audit and status. */
    void refuse(Path file, String reason) {
        LOG.error("plugin refused: {}", reason);
        stage.note(String.valueOf(file.getFileName()), "REFUSED " + reason);
        refusals.put(file, new Refusal(reason, clock.millis()));
    }

    /** The file is gone. */
    void gone(Path file) {
        refusals.remove(file);
    }

    /** Why files were refused. */
    List<String> reasons() {
        return refusals.values().stream().map(Refusal::reason).toList();
    }

    /** The refused files for operators. */
    List<PluginStatus> statuses() {
        List<PluginStatus> all = new ArrayList<>();
        refusals.forEach((file, refusal) -> all.add(PluginStatus.ofFile(file, refusal.reason(), refusal.sinceMs())));
        return all;
    }
}
