package io.firn.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.StoredLog;
import io.firn.it.harness.Sut;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store moves between Apache RocketMQ and Firn, there and back, after a clean stop and after kill -9. */
final class StoreInteropIT {

    enum End {
        CLEAN_STOP,
        KILL
    }

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(End.class)
    void aStoreApacheWroteOpensHereAndGoesBack(End end) {
        moveAndReturn(Sut.Kind.APACHE, Sut.Kind.chosen(), end);
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void aStoreWrittenHereOpensInApacheAndComesBack(End end) {
        moveAndReturn(Sut.Kind.chosen(), Sut.Kind.APACHE, end);
    }

    private void moveAndReturn(Sut.Kind writer, Sut.Kind reader, End end) {
        BrokerSpec spec = BrokerSpec.in(directory);
        Landmarks landmarks = new Landmarks(directory);
        try (Sut sut = Sut.start(writer, spec)) {
            landmarks.write(sut);
            finish(sut, end);
        }
        assertThat(new StoredLog(spec.store().resolve("commitlog")).segments()).hasSizeGreaterThanOrEqualTo(3);
        try (Sut sut = Sut.start(reader, spec)) {
            landmarks.verify(sut);
            finish(sut, end);
        }
        try (Sut sut = Sut.start(writer, spec)) {
            landmarks.verify(sut);
        }
    }

    // offsets and groups are written behind a few seconds later in both systems: a kill right away may lose those
    private static void finish(Sut sut, End end) {
        if (end == End.CLEAN_STOP) {
            assertThat(sut.stop()).as(sut.report()).isIn(0, 143);
        } else {
            BackgroundWrites.await(sut);
            sut.kill();
        }
    }
}
