package io.firn.tiered.archive;

import io.firn.spi.read.BrokerReader;
import io.firn.spi.read.SegmentLease;
import io.firn.tiered.commit.ArchiveKeys;
import io.firn.tiered.commit.ObjectRef;
import io.firn.tiered.commit.ReadBack;
import io.firn.tiered.format.FormatException;
import io.firn.tiered.format.RpkReader;
import io.firn.tiered.format.RpkSummary;
import io.firn.tiered.format.RpkWriter;
import io.firn.tiered.format.SliceRange;
import io.firn.tiered.format.SliceTopics;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.PutMode;
import io.firn.tiered.store.PutOptions;
import io.firn.tiered.store.StoreException;
import io.firn.tiered.store.StoredObject;
import io.firn.tiered.store.WriteId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one object per retention class of a slice and proves that the bucket gives them back. Holds the segment meanwhile,
 * and lets go of it whatever happens. Archiver's thread, which it blocks.
 */
final class SliceArchiver {
    private static final Logger LOG = LoggerFactory.getLogger(SliceArchiver.class);

    private final BrokerReader reader;
    private final ObjectUpload.Route route;
    private final ArchiveKeys keys;
    private final Marks marks;
    private final RandomGenerator random;

    SliceArchiver(
            BrokerReader reader, ObjectUpload.Route route, ArchiveKeys keys, Marks marks, RandomGenerator random) {
        this.reader = reader;
        this.route = route;
        this.keys = keys;
        this.marks = marks;
        this.random = random;
    }

    /**
     * What objects say of themselves.
     *
     * @param meta who wrote them
     * @param classes a topic's retention class
     */
    record Marks(Map<String, String> meta, UnaryOperator<String> classes) {}

    /**
     * An object in the bucket that was read back.
     *
     * @param index as it was read back
     */
    record Archived(ObjectRef object, RpkReader index) {}

    /**
     * Uploads and reads back.
     *
     * @return the slice's objects, at least one; none when the segment is gone
     * @throws StoreException the store failed; what was sent is thrown away or found by a later collection
     * @throws FormatException the store gave other bytes back, or the log's bytes are damaged
     */
    List<Archived> archive(Cut cut, long epoch) {
        try (SegmentLease lease = reader.lease(cut.from())) {
            if (lease == null || lease.from() > cut.from() || lease.to() < cut.to()) {
                return List.of();
            }
            int at = (int) (cut.from() - lease.from());
            ByteBuffer bytes = lease.bytes();
            ByteBuffer slice = bytes.slice(bytes.position() + at, (int) (cut.to() - cut.from()));
            SliceTopics topics = SliceTopics.of(slice, cut.from());
            Map<String, String> classes = classes(topics);
            return all(topics, classes, choice -> archive(slice, cut, epoch, choice));
        }
    }

    /** All objects of a slice, or none of them. */
    private List<Archived> all(SliceTopics topics, Map<String, String> classes, Function<Choice, Archived> one) {
        List<Archived> archived = new ArrayList<>();
        boolean done = false;
        try {
            for (String name : new TreeSet<>(classes.values())) {
                archived.add(one.apply(new Choice(name, classes)));
            }
            holdsAll(topics, archived);
            done = true;
            return archived;
        } finally {
            if (!done) {
                archived.forEach(object -> discard(object.object.key()));
            }
        }
    }

    private static void holdsAll(SliceTopics topics, List<Archived> archived) {
        int messages = archived.stream()
                .mapToInt(object -> object.index.summary().messages())
                .sum();
        if (messages != topics.messages()) {
            throw new FormatException(
                    FormatException.Part.SLICE,
                    messages + " of " + topics.messages() + " messages went into objects; the segment is kept");
        }
    }

    /** The messages that go into one object: those of topics of a class. */
    private record Choice(String name, Map<String, String> classes) {
        boolean has(String topic) {
            return name.equals(classes.get(topic));
        }
    }

    /** The class of each topic, asked once per slice: it must not change between two objects. */
    private Map<String, String> classes(SliceTopics topics) {
        Map<String, String> classes = new HashMap<>();
        for (String topic : topics.topics()) {
            classes.put(topic, marks.classes.apply(topic));
        }
        return classes.isEmpty() ? Map.of("", marks.classes.apply("")) : classes;
    }

    private Archived archive(ByteBuffer slice, Cut cut, long epoch, Choice choice) {
        UUID uuid = new UUID(random.nextLong(), random.nextLong());
        String key = keys.object(choice.name, cut.from(), cut.to(), epoch, uuid);
        ObjectRef object = upload(new SliceRange(slice, cut.from(), uuid, choice.name, choice::has, marks.meta), key);
        return new Archived(object, readBack(object, slice, cut.from()));
    }

    private ObjectRef upload(SliceRange slice, String key) {
        PutOptions options = new PutOptions(
                PutMode.OVERWRITE, WriteId.random(random), route.packing().storageClass(), Map.of());
        ObjectUpload upload = new ObjectUpload(route, key, options);
        boolean done = false;
        try {
            RpkSummary summary = RpkWriter.write(slice, route.packing().format(), upload);
            StoredObject stored = upload.finish();
            done = true;
            return new ObjectRef(
                    key, slice.uuid(), stored.lengthBytes(), stored.crc32c(), summary.maxMs(), slice.retentionClass());
        } finally {
            if (!done) {
                upload.abandon();
            }
        }
    }

    private RpkReader readBack(ObjectRef object, ByteBuffer slice, long base) {
        try {
            return new ReadBack(route.store(), route.packing().verifyFrames(), random)
                    .check(object, slice, base, route.cancel());
        } catch (FormatException e) {
            discard(object.key());
            throw e;
        }
    }

    /** Throws an object away that no record names. */
    private void discard(String key) {
        try {
            route.store().delete(key, route.cancel());
        } catch (StoreException e) {
            LOG.info("{} is of no use and stays until orphans are collected: {}", key, e.getMessage());
        }
    }

    CancelToken cancel() {
        return route.cancel();
    }
}
