package io.firn.tiered;

import io.firn.spi.PluginContext;
import io.firn.spi.contract.Deadline;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.cold.ColdReads;
import io.firn.tiered.commit.ArchiveKeys;
import io.firn.tiered.commit.ArchiveLog;
import io.firn.tiered.operator.Served;
import io.firn.tiered.state.StateSeries;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.ObjectStores;
import io.firn.tiered.store.Purpose;
import io.firn.tiered.store.StoreConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What all rooms of a running plugin share.
 *
 * @param cancel ends what is under way when the plugin stops
 */
record Ground(
        PluginContext context,
        TieredConfig config,
        StoreConfig where,
        ObjectStores stores,
        ArchiveKeys keys,
        CancelToken cancel,
        SecureRandom random) {
    private static final int READS = 256;

    /** The broker's monotonic clock is read as what is left until then. */
    private static final Duration FAR = Duration.ofDays(36_500);

    /** With connections that have to be closed. */
    static Ground open(PluginContext context, TieredConfig config) {
        SecureRandom random = new SecureRandom();
        StoreConfig where = config.store(context.dataDir());
        ArchiveKeys keys = new ArchiveKeys(
                root(context.broker().cluster(), context.broker().name()));
        return new Ground(context, config, where, ObjectStores.open(where, random), keys, new CancelToken(), random);
    }

    /** Two letters in front spread many brokers over the partitions of a bucket. */
    private static String root(String cluster, String broker) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((cluster + '/' + broker).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 1) + '/' + cluster + '/' + broker + '/';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    ObjectStore store(Purpose purpose) {
        return stores.forPurpose(purpose);
    }

    /** Readers of the archive. */
    Served served(Archive archive, BooleanSupplier mayReadAhead) {
        ColdReads.Lines lines = new ColdReads.Lines(
                store(Purpose.MISS), store(Purpose.READAHEAD), context.blockingIo(READS), mayReadAhead, cancel);
        ColdReads.Time time =
                new ColdReads.Time(nanos(), (delay, task) -> context.scheduler().once("hedge", delay, task::run));
        ColdReads reads = new ColdReads(archive, lines, time, config.cold());
        return new Served(archive, reads, stores, where.location().toString(), cancel);
    }

    /** A reader's view of the log. */
    ArchiveLog view() {
        return ArchiveLog.over(store(Purpose.RECOVERY), keys, random);
    }

    StateSeries states(Purpose purpose) {
        return new StateSeries(store(purpose), keys);
    }

    /** Says that this disk's topics and groups are those of the snapshots. */
    Path mark() {
        return context.dataDir().resolve("state.mark");
    }

    LongSupplier nanos() {
        Deadline far = context.deadline(FAR);
        return () -> -far.remainingNs();
    }

    /** Who writes, for people. */
    Map<String, String> meta() {
        return Map.of(
                "cluster", context.broker().cluster(),
                "broker", context.broker().name(),
                "version", context.plugin().version());
    }
}
