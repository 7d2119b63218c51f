package io.firn.tiered.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores that break one promise each, and what the operator is told. */
final class StoreProbeTest {
    @TempDir
    private Path directory;

    private ObjectStore honest;

    @BeforeEach
    void open() {
        honest = FileObjectStore.open(directory, WriteId.random(new SecureRandom()));
    }

    @Test
    void refusesAStoreThatIgnoresTheCondition() {
        ObjectStore lax = altering("put", args -> {
            PutOptions options = (PutOptions) args[2];
            args[2] = new PutOptions(PutMode.OVERWRITE, options.writeId(), null, options.metadata());
            return args;
        });

        assertThatThrownBy(() -> probe(lax, StoreProbe.Fencing.BY_STORE))
                .isInstanceOf(StoreException.Fatal.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("accepted a second create-only write")
                .hasMessageContaining("If-None-Match")
                .hasMessageContaining("firn.tier.fencing=asserted-single-writer");
        assertThat(probe(lax, StoreProbe.Fencing.ASSERTED_SINGLE_WRITER).attestation())
                .isEqualTo(StoreProbe.Attestation.CHECKSUM);
        assertThat(left()).isEmpty();
    }

    @Test
    void refusesAStoreThatLetsTwoRivalsWin() {
        ObjectStore racy = altering("put", args -> {
            PutOptions options = (PutOptions) args[2];
            if (args[0].toString().contains("race-")) {
                args[2] = PutOptions.overwrite(options.writeId());
            }
            return args;
        });

        assertThatThrownBy(() -> probe(racy, StoreProbe.Fencing.BY_STORE))
                .isInstanceOf(StoreException.Fatal.class)
                .hasMessageContaining("8 of 8 create-only writes");
    }

    @Test
    void refusesAStoreThatServesOtherRanges() {
        ObjectStore shifted = altering("read", args -> {
            if (args[1] instanceof ByteRange.Exact(long offset, int length)) {
                args[1] = new ByteRange.Exact(offset + 1, length);
            }
            return args;
        });

        assertThatThrownBy(() -> probe(shifted, StoreProbe.Fencing.BY_STORE))
                .isInstanceOf(StoreException.Fatal.class)
                .hasMessageContaining("exact ranges");
    }

    @Test
    void refusesAStoreThatLosesMetadata() {
        ObjectStore forgetful = altering("put", args -> {
            PutOptions options = (PutOptions) args[2];
            args[2] = new PutOptions(options.mode(), new WriteId("nobody"), null, Map.of());
            return args;
        });

        assertThatThrownBy(() -> probe(forgetful, StoreProbe.Fencing.BY_STORE))
                .isInstanceOf(StoreException.Fatal.class)
                .hasMessageContaining("metadata");
    }

    @Test
    void tellsHowFarTheClocksAreApart() {
        InstantSource anHourBehind = () -> Instant.now().minus(Duration.ofHours(1));
        try (ExecutorService rivals = Executors.newVirtualThreadPerTaskExecutor()) {
            StoreProbe.Report report = StoreProbe.run(
                    subject(honest, StoreProbe.Fencing.BY_STORE),
                    rivals,
                    new SecureRandom(),
                    anHourBehind,
                    CancelToken.none());
            assertThat(report.storeAhead()).isBetween(Duration.ofMinutes(55), Duration.ofMinutes(65));
        }
        assertThat(left()).isEmpty();
    }

    private StoreProbe.Report probe(ObjectStore store, StoreProbe.Fencing fencing) {
        try (ExecutorService rivals = Executors.newVirtualThreadPerTaskExecutor()) {
            return StoreProbe.run(
                    subject(store, fencing), rivals, new SecureRandom(), InstantSource.system(), CancelToken.none());
        }
    }

    private StoreProbe.Subject subject(ObjectStore store, StoreProbe.Fencing fencing) {
        return new StoreProbe.Subject(StoreConfig.of(directory.toUri()), store, fencing);
    }

    private List<ListPage.Entry> left() {
        return honest.list("", null, 1000, CancelToken.none()).objects();
    }

    /** The honest store with the arguments of one method changed. */
    private ObjectStore altering(String method, UnaryOperator<Object[]> change) {
        return (ObjectStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, called, args) -> {
                    try {
                        return called.invoke(honest, called.getName().equals(method) ? change.apply(args) : args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
