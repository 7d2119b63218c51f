package io.firn.tiered.retention;

import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.commit.ArchiveKeys;
import io.firn.tiered.commit.Catalogue;
import io.firn.tiered.commit.ObjectRef;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares what lies in the bucket with what the catalogue says, one listing request per 1000 objects. Changes nothing. Any
 * thread that may block.
 */
public record Scrub(ObjectStore store, ArchiveKeys keys, Archive archive) {
    /** What can be wrong with an object or a range. */
    public enum Anomaly {
        /** The catalogue names an object that is not there: its messages can not be read. */
        MISSING,
        /** It is there with another length than was committed. */
        LENGTH,
        /** No record names it: an upload under way, one dropped lately, or rubbish that is collected after a restart. */
        ORPHAN,
        /** Under the archive's keys, and not made by Firn. */
        FOREIGN,
        /** No object holds these positions: given up, past retention, or without messages. */
        GAP,
        /** Two slices hold the same positions. */
        OVERLAP
    }

    /** One anomaly. */
    public record Finding(Anomaly anomaly, String what) {
        /** Whether messages are in danger. */
        public boolean isGrave() {
            return anomaly == Anomaly.MISSING || anomaly == Anomaly.LENGTH || anomaly == Anomaly.OVERLAP;
        }
    }

    /** All that is wrong; empty for a sound archive. */
    public List<Finding> run(CancelToken cancel) {
        Catalogue before = archive.catalogue();
        Map<String, Long> there = listed(cancel);
        Catalogue after = archive.catalogue();
        List<Finding> findings = new ArrayList<>();
        Set<String> known = new HashSet<>();
        keys(before, known);
        Set<String> still = new HashSet<>();
        keys(after, still);
        for (int row = 0; row < before.objects(); row++) {
            ObjectRef object = before.object(row);
            if (still.contains(object.key())) { // else it was dropped while the listing went on
                look(object, there, findings);
            }
        }
        known.addAll(still);
        there.keySet().stream()
                .filter(key -> !known.contains(key))
                .sorted()
                .forEach(key ->
                        findings.add(new Finding(ArchiveKeys.isObject(key) ? Anomaly.ORPHAN : Anomaly.FOREIGN, key)));
        ranges(after, findings);
        return findings;
    }

    private Map<String, Long> listed(CancelToken cancel) {
        Map<String, Long> there = new HashMap<>();
        store.listAll(keys.data(), cancel).forEach(entry -> there.put(entry.key(), entry.lengthBytes()));
        return there;
    }

    private static void keys(Catalogue catalogue, Set<String> into) {
        for (int row = 0; row < catalogue.objects(); row++) {
            into.add(catalogue.object(row).key());
        }
    }

    private static void look(ObjectRef object, Map<String, Long> there, List<Finding> findings) {
        Long length = there.get(object.key());
        if (length == null) {
            findings.add(new Finding(Anomaly.MISSING, object.key()));
        } else if (length != object.lengthBytes()) {
            findings.add(new Finding(
                    Anomaly.LENGTH, object.key() + ": " + length + " bytes, committed " + object.lengthBytes()));
        }
    }

    private static void ranges(Catalogue catalogue, List<Finding> findings) {
        for (int row = 1; row < catalogue.objects(); row++) {
            long base = catalogue.base(row);
            long end = catalogue.end(row - 1);
            boolean same = base == catalogue.base(row - 1);
            if (!same && base > end) {
                findings.add(new Finding(Anomaly.GAP, "positions " + end + " to " + base));
            } else if (same ? catalogue.end(row) != end : base < end) {
                findings.add(
                        new Finding(Anomaly.OVERLAP, "positions " + base + " to " + Math.min(end, catalogue.end(row))));
            }
        }
    }
}
