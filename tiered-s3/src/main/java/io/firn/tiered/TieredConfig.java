package io.firn.tiered;

import io.firn.spi.config.Default;
import io.firn.spi.config.Key;
import io.firn.spi.config.Range;
import io.firn.spi.config.Secret;
import io.firn.spi.contract.ByteSize;
import io.firn.tiered.archive.ArchiveSettings;
import io.firn.tiered.archive.Packing;
import io.firn.tiered.cold.ColdSettings;
import io.firn.tiered.format.RpkOptions;
import io.firn.tiered.store.S3Endpoint;
import io.firn.tiered.store.StoreConfig;
import io.firn.tiered.store.StoreCredentials;
import io.firn.tiered.store.StoreLimits;
import io.firn.tiered.store.StoreProbe;
import io.firn.tiered.store.StoreProtection;
import io.firn.tiered.store.StoreProtection.ServerEncryption;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of the plugin. Nothing has to be set: then the archive is a directory of the plugin's own. */
public record TieredConfig(
        @Key(
                value = "location",
                doc = "s3://bucket[/prefix], or file:///directory; not set: a directory of the plugin.")
        @Nullable
        URI location,

        @Key(value = "region", doc = "Region of the bucket; not set: that of the environment.") @Nullable
        String region,

        @Key(value = "endpoint", doc = "Address of an S3-compatible store; not set: Amazon S3.") @Nullable
        URI endpoint,

        @Key(value = "path-style", doc = "Whether the bucket's name goes into the path: what most own stores want.")
        @Default("false")
        boolean pathStyle,

        @Key(value = "access-key", doc = "Not set: environment, profile, web identity, instance.") @Nullable
        String accessKey,

        @Key("secret-key") @Secret @Nullable String secretKey,

        @Key(value = "session-token", doc = "For temporary keys.") @Secret @Nullable
        String sessionToken,

        @Key(value = "encryption", doc = "Encryption at rest asked for: as the bucket says, the store's keys, or KMS.")
        @Default("bucket_default")
        Encryption encryption,

        @Key(value = "kms-key", doc = "Id, alias or ARN of the key for encryption=kms; not set: the account's default.")
        @Nullable
        String kmsKey,

        @Key(value = "checksum", doc = "WHEN_REQUIRED for older stores that refuse the newer checksum headers.")
        @Default("always")
        StoreProtection.ChecksumPolicy checksum,

        @Key(value = "fencing", doc = "ASSERTED_SINGLE_WRITER for stores without conditional writes: you guarantee it.")
        @Default("by_store")
        StoreProbe.Fencing fencing,

        @Key(
                value = "storage-class",
                doc = "The store's word for it, such as STANDARD_IA; not set: the bucket's default.")
        @Nullable
        String storageClass,

        @Key(value = "archive.max-lag", doc = "Messages of the open segment are archived when they are older.")
        @Default("1h")
        @Range(min = 100)
        Duration archiveMaxLag,

        @Key(
                value = "archive.rate",
                doc =
                        "Most bytes uploaded per second, unless the disk is 80 % full; 0: as deadlines and the disk demand.")
        @Default("0")
        ByteSize archiveRate,

        @Key(value = "archive.verify-frames", doc = "Frames of each object read back and compared before its commit.")
        @Default("8")
        @Range(min = 0, max = 1_000_000)
        int verifyFrames,

        @Key(value = "compression.level", doc = "Of zstd, 1 to 19; 0 packs nothing.")
        @Default("1")
        @Range(min = 0, max = 19)
        int compressionLevel,

        @Key(value = "frame.bytes", doc = "Messages packed together: what a read fetches at least.")
        @Default("256KiB")
        @Range(min = 1 << 10, max = 4 << 20)
        ByteSize frameBytes,

        @Key(value = "local.retention", doc = "Archived segments stay on the disk this long, unless it is nearly full.")
        @Default("0s")
        Duration localRetention,

        @Key(
                value = "retention",
                doc = "Archived messages are deleted when older, unless the topic's archive.retention says"
                        + " otherwise; 0: never.")
        @Default("0s")
        Duration retention,

        @Key(
                value = "retention.compacted",
                doc = "The same for topics with cleanup.policy=COMPACTION: a plugin that compacts them archives what it"
                        + " keeps, and overwritten values are to go; 0: as other topics.")
        @Default("1d")
        Duration retentionCompacted,

        @Key(value = "delete.grace", doc = "Between an object's drop from the catalogue and its deletion.")
        @Default("15m")
        Duration deleteGrace,

        @Key(
                value = "state.interval",
                doc = "Topics, groups and offsets are saved to the bucket this often, if changed.")
        @Default("1m")
        @Range(min = 100)
        Duration stateInterval,

        @Key(
                value = "catalogue.lost",
                doc = "REBUILD: when the archive's log is lost or damaged, the start makes it anew from the objects.")
        @Default("stop")
        LostCatalogue catalogueLost,

        @Key(value = "cache.memory", doc = "Memory, outside the heap, for archived messages being read.")
        @Default("128MiB")
        @Range(min = 8 << 20)
        ByteSize cacheMemory,

        @Key(value = "index.memory", doc = "Memory for the indexes of archived objects being read.")
        @Default("32MiB")
        @Range(min = 1 << 20)
        ByteSize indexMemory,

        @Key(value = "catalogue.memory", doc = "Memory for where each queue's archived messages are.")
        @Default("64MiB")
        @Range(min = 1 << 20)
        ByteSize catalogueMemory,

        @Key(value = "readahead.max", doc = "Most bytes fetched ahead for one reader of one queue.") @Default("32MiB")
        ByteSize readaheadMax,

        @Key(
                value = "hedge.percent",
                doc = "A read from a bucket that takes longer than 95 of 100 is asked for once more, for so many of 100"
                        + " reads at most; 0: never.")
        @Default("3")
        @Range(min = 0, max = 100)
        int hedgePercent) {

    private static final int PART_BYTES = 32 << 20;
    private static final int PARTS_IN_FLIGHT = 4;

    /** Encryption at rest that is asked for with each object. */
    public enum Encryption {
        BUCKET_DEFAULT,
        STORE_KEYS,
        KMS
    }

    /** What to do when the log of commits is lost or damaged. */
    public enum LostCatalogue {
        /** Say so and archive nothing; what the local copy knows is served. */
        STOP,
        /** Make it anew from the objects. */
        REBUILD
    }

    /** Checks the components together. */
    public TieredConfig {
        if ((accessKey == null) != (secretKey == null)) {
            throw new IllegalArgumentException("access-key and secret-key go together: set both or none");
        }
        if (kmsKey != null && encryption != Encryption.KMS) {
            throw new IllegalArgumentException("kms-key is set and encryption=" + encryption + ": set encryption=kms");
        }
    }

    /** Which store, and how to talk to it. */
    StoreConfig store(Path dataDir) {
        URI where = location == null ? dataDir.resolve("objects").toUri() : location;
        S3Endpoint to =
                new S3Endpoint(region, endpoint, pathStyle ? S3Endpoint.Addressing.PATH : S3Endpoint.Addressing.HOST);
        StoreCredentials who = accessKey == null || secretKey == null
                ? new StoreCredentials.DefaultChain()
                : new StoreCredentials.Keys(accessKey, secretKey, sessionToken);
        ServerEncryption atRest = switch (encryption) {
            case BUCKET_DEFAULT -> new ServerEncryption.BucketDefault();
            case STORE_KEYS -> new ServerEncryption.StoreKeys();
            case KMS -> new ServerEncryption.KeyService(kmsKey);
        };
        return new StoreConfig(where, to, who, new StoreProtection(checksum, atRest), StoreLimits.DEFAULT);
    }

    ArchiveSettings archive() {
        Packing packing = new Packing(
                new RpkOptions(frameBytes.toIntBytes(), compressionLevel),
                PART_BYTES,
                PARTS_IN_FLIGHT,
                storageClass,
                verifyFrames);
        return new ArchiveSettings(packing, archiveMaxLag, archiveRate.toBytes());
    }

    ColdSettings cold() {
        return new ColdSettings(cacheMemory.toBytes(), indexMemory.toBytes(), readaheadMax.toBytes(), hedgePercent);
    }
}
