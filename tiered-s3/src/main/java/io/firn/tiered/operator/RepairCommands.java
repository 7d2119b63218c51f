package io.firn.tiered.operator;

import io.firn.spi.Registrar;
import io.firn.spi.admin.CommandSpec;
import io.firn.spi.admin.CommandSpec.Effect;
import io.firn.spi.contract.Deadline;
import io.firn.tiered.archive.LostRange;
import io.firn.tiered.retention.Scrub;
import io.firn.tiered.state.DamagedState;
import io.firn.tiered.state.Restore;
import io.firn.tiered.state.StateSeries;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What operators do when something was lost, or might be. Any thread of the plugin, which it may block. */
public final class RepairCommands {
    private final Operated operated;
    private final Tools tools;
    /** Where the rebuilds under way begin: two would write one file. */
    private final Set<Long> rebuilding = ConcurrentHashMap.newKeySet();

    /**
     * What commands work with.
     *
     * @param states snapshots, by an operator's requests
     * @param rebuilt directory for segments
     */
    public record Tools(Scrub scrub, StateSeries states, Restore restore, Path rebuilt) {}

    public RepairCommands(Operated operated, Tools tools) {
        this.operated = operated;
        this.tools = tools;
    }

    /** Registers all. */
    public void register(Registrar registrar) {
        registrar.admin(
                new CommandSpec<>(
                        "accept-gap",
                        "Gives up positions that neither disk nor bucket has, so that archiving goes on behind them.",
                        RangeArgs.class,
                        Effect.CHANGES),
                (args, caller) -> acceptGap(args));
        registrar.admin(
                new CommandSpec<>("scrub", "Compares the bucket with the catalogue.", ScrubArgs.class, Effect.READS),
                (args, caller) -> scrub(args));
        registrar.admin(
                new CommandSpec<>(
                        "restore",
                        "Makes topics, groups and offsets of the newest snapshot that are not there.",
                        NoArgs.class,
                        Effect.CHANGES),
                (args, caller) -> restore(caller.deadline()));
        registrar.admin(
                new CommandSpec<>(
                        "rebuild",
                        "Writes archived positions to a file as the bytes they were in the log.",
                        RangeArgs.class,
                        Effect.CHANGES),
                (args, caller) -> rebuild(args, caller.deadline()));
    }

    private String acceptGap(RangeArgs args) {
        LostRange lost = operated.archiver().lost();
        if (lost == null) {
            throw new IllegalArgumentException("archiving does not wait for a lost range; nothing is changed");
        }
        if (!operated.archiver().accept(new LostRange(args.from(), args.to()))) {
            throw new IllegalArgumentException("the lost range is --from " + lost.from() + " --to " + lost.to()
                    + ", and only all of it can be given up; nothing is changed");
        }
        return "positions " + args.from() + " to " + args.to() + " are given up, archiving goes on behind them";
    }

    private Map<String, Object> scrub(ScrubArgs args) {
        List<Scrub.Finding> findings = tools.scrub.run(operated.cancel());
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("objects", operated.archive().catalogue().objects());
        shown.put("findings", findings.size());
        shown.put("grave", findings.stream().filter(Scrub.Finding::isGrave).count());
        shown.put(
                "shown",
                findings.stream().limit(args.count()).map(RepairCommands::line).toList());
        return shown;
    }

    private static Map<String, String> line(Scrub.Finding finding) {
        return Map.of("anomaly", finding.anomaly().name().toLowerCase(Locale.ROOT), "what", finding.what());
    }

    private Map<String, Object> restore(Deadline deadline) {
        Map<String, Object> shown = new LinkedHashMap<>();
        StateSeries.Found found = newest();
        if (found == null) {
            shown.put("state", "the bucket has no snapshot of topics and groups");
        } else {
            Restore.Result result = tools.restore.run(found.state(), deadline);
            if (result.isWhole()) {
                operated.keeper().restored();
            }
            shown.put("state", found.key());
            shown.put("topics", result.topics());
            shown.put("groups", result.groups());
            shown.put("refused", result.refused());
        }
        LostRange lost = operated.archiver().lost();
        if (lost != null) {
            shown.put(
                    "lost",
                    "positions " + lost.from() + " to " + lost.to() + " went with the disk: accept-gap --from "
                            + lost.from() + " --to " + lost.to() + " lets archiving go on");
        }
        return shown;
    }

    private StateSeries.@Nullable Found newest() {
        try {
            return tools.states.newest(operated.cancel());
        } catch (DamagedState e) {
            throw new IllegalArgumentException(e.getMessage(), e); // an operator's answer, not a fault of the plugin
        }
    }

    private Map<String, Object> rebuild(RangeArgs args, Deadline deadline) {
        Rebuild rebuild = new Rebuild(operated.archive(), tools.scrub.store(), tools.rebuilt, operated.cancel());
        if (!rebuilding.add(args.from())) {
            throw new IllegalArgumentException(
                    "another rebuild from position " + args.from() + " is under way: wait for its end");
        }
        Rebuild.Result result;
        try {
            result = rebuild.run(args.from(), args.to(), deadline);
        } finally {
            rebuilding.remove(args.from());
        }
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("file", result.file().toString());
        shown.put("state", result.state().name().toLowerCase(Locale.ROOT));
        shown.put("bytes", result.upTo() - args.from());
        shown.put("of", args.to() - args.from());
        if (result.state() == Rebuild.State.PART) {
            shown.put("next", "out of time: the same command goes on from here");
        }
        return shown;
    }
}
