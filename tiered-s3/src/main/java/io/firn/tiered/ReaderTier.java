package io.firn.tiered;

import io.firn.spi.PluginContext;
import io.firn.spi.Registrar;
import io.firn.spi.cold.ColdReaderSpec;
import io.firn.tiered.archive.CatalogueSync;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.catalogue.CatalogueFile;
import io.firn.tiered.commit.StoredBytes;
import io.firn.tiered.format.RpkReader;
import io.firn.tiered.operator.ReadFigures;
import io.firn.tiered.operator.Served;
import io.firn.tiered.reader.FollowedState;
import io.firn.tiered.reader.Follower;
import io.firn.tiered.reader.ReaderCommands;
import io.firn.tiered.retention.QueueStarts;
import io.firn.tiered.retention.RetentionRules;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.Purpose;
import java.time.Duration;

/** The rooms of the plugin at a read-only broker: reads the primary's archive, and never writes to it. */
final class ReaderTier implements AutoCloseable {
    private static final Duration STATE_LIMIT = Duration.ofSeconds(30);

    private final Ground ground;
    private final Served served;
    private final Follower follower;
    private final FollowedState state;

    private ReaderTier(Ground ground, Served served, Follower follower, FollowedState state) {
        this.ground = ground;
        this.served = served;
        this.follower = follower;
        this.state = state;
    }

    /**
     * Opens the store; what the local copy knows is served at once.
     *
     * @throws IllegalArgumentException no location is set
     */
    static ReaderTier open(PluginContext context, TieredConfig config) {
        if (config.location() == null) {
            throw new IllegalArgumentException(
                    "a read-only broker needs location: the archive that the primary writes, s3://bucket/prefix");
        }
        Ground ground = Ground.open(context, config);
        long queueBytes = config.catalogueMemory().toBytes();
        ObjectStore store = ground.store(Purpose.RECOVERY);
        CatalogueFile file = new CatalogueFile(context.dataDir(), queueBytes);
        Archive archive = file.known();
        FollowedState state = new FollowedState(ground.states(Purpose.RECOVERY), context.topics(), context.groups());
        Follower follower = new Follower(new Follower.Setup(
                ground::view,
                new CatalogueSync(store, file, queueBytes),
                archive,
                state,
                config.stateInterval(),
                new QueueStarts(
                        object -> RpkReader.open(new StoredBytes(store, object.key(), ground.cancel())),
                        new RetentionRules(context.topics(), config.retention()),
                        context.clock()),
                () -> context.deadline(STATE_LIMIT),
                ground.nanos(),
                context.health(),
                ground.cancel()));
        return new ReaderTier(ground, ground.served(archive, () -> true), follower, state);
    }

    /** Registers what it does, and begins to follow. */
    void start(Registrar registrar) {
        registrar.coldReader(ColdReaderSpec.of("archive"), served.reads());
        registrar.metrics(new ReadFigures(served));
        registrar.topicAttribute(RetentionRules.ATTRIBUTE);
        new ReaderCommands(served, follower, state).register(registrar);
        ground.context().scheduler().repeat("follow", ground.config().readOnlyRefresh(), follower::tick);
    }

    /** Ends what is under way, then closes the connections. */
    @Override
    public void close() {
        ground.cancel().cancel();
        served.reads().close();
        ground.stores().close();
    }
}
