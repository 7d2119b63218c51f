package io.firn.tiered;

import io.firn.spi.PluginContext;
import io.firn.spi.read.LogPositions;
import io.firn.tiered.archive.CatalogueSync;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.commit.CatalogueRebuild;
import io.firn.tiered.commit.CorruptArchive;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.Purpose;
import io.firn.tiered.store.StoreException;
import java.time.Duration;

/**
 * Reads the bucket while the broker starts: what another life of it archived has to be known before messages get offsets.
 * The broker's starting thread, which it blocks.
 */
record FirstLook(Ground ground, CatalogueSync sync, Archive archive) {
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    /**
     * Brings the archive up to what the bucket says; leaves it at what the local copy knows when the bucket is away.
     *
     * @throws StoreException the bucket can not be read, there is no local copy, and the log is empty: offsets and positions
     *     that are archived would be given out again
     * @throws CorruptArchive the same, as what the bucket has can not be understood
     * @throws IllegalStateException it is the archive of another log
     */
    void run() {
        PluginContext context = ground.context();
        try {
            read();
        } catch (StoreException | CorruptArchive e) {
            boolean knowsNothing = archive.catalogue().seq() == 0;
            if (knowsNothing && positions().appended() == 0) {
                throw e;
            }
            context.logger()
                    .warn(
                            "starting without the bucket, archived messages as the local copy knows them: {}",
                            e.getMessage());
        }
        checkIsOurs();
    }

    private void read() {
        CancelToken limit = new CancelToken();
        try (var _ = ground.context().scheduler().once("start-limit", START_LIMIT, limit::cancel)) {
            sync.read(ground.view(), archive, limit);
        } catch (CorruptArchive e) {
            if (ground.config().catalogueLost() != TieredConfig.LostCatalogue.REBUILD) {
                throw e;
            }
            rebuild(e);
        }
    }

    /** Takes as long as it takes: an operator has asked for it. */
    private void rebuild(CorruptArchive why) {
        ground.context().logger().warn("the catalogue is made anew from the objects: {}", why.getMessage());
        LogPositions positions = positions();
        CatalogueRebuild.run(
                ground.store(Purpose.RECOVERY),
                ground.keys(),
                ground.random(),
                new CatalogueRebuild.Local(positions.min(), positions.appended()),
                CancelToken.none());
        sync.read(ground.view(), archive, CancelToken.none());
    }

    private void checkIsOurs() {
        long appended = positions().appended();
        if (appended > 0 && archive.archivedUpTo() > appended) {
            throw new IllegalStateException("what is archived ends at position " + archive.archivedUpTo()
                    + ", the log of this broker already at " + appended
                    + ": it is the archive of another log; give this"
                    + " broker another location or name, or empty its store to go on where the archive ends");
        }
    }

    private LogPositions positions() {
        return ground.context().reader().positions();
    }
}
