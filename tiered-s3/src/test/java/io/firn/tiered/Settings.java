package io.firn.tiered;

import io.firn.spi.contract.ByteSize;
import io.firn.tiered.fault.ScriptedS3;
import io.firn.tiered.store.StoreProbe;
import io.firn.tiered.store.StoreProtection;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of the plugin in tests. */
final class Settings {
    private Settings() {}

    /** Small pieces, one bucket. */
    static TieredConfig at(@Nullable URI location) {
        return of(location, null, null, ByteSize.ofMebibytes(8));
    }

    /** A fault server, which asks for no true key. */
    static TieredConfig on(ScriptedS3 server) {
        return on(server, ByteSize.ofMebibytes(8));
    }

    /** With so much memory for reads. */
    static TieredConfig on(ScriptedS3 server, ByteSize cache) {
        return of(URI.create("s3://" + ScriptedS3.BUCKET), server.endpoint(), "any", cache);
    }

    private static TieredConfig of(
            @Nullable URI location, @Nullable URI endpoint, @Nullable String key, ByteSize cache) {
        return new TieredConfig(
                location,
                null,
                endpoint,
                endpoint != null,
                key,
                key,
                null,
                TieredConfig.Encryption.BUCKET_DEFAULT,
                null,
                StoreProtection.ChecksumPolicy.ALWAYS,
                StoreProbe.Fencing.BY_STORE,
                null,
                Duration.ofHours(1),
                new ByteSize(0),
                8,
                1,
                new ByteSize(1024),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofDays(1),
                Duration.ofMinutes(15),
                Duration.ofMinutes(1),
                TieredConfig.LostCatalogue.REBUILD,
                cache,
                ByteSize.ofMebibytes(1),
                ByteSize.ofMebibytes(1),
                ByteSize.ofMebibytes(1),
                3);
    }
}
