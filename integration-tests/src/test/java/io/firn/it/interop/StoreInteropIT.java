package io.firn.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.harness.ApacheNameServer;
import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.MqadminShell;
import io.firn.it.harness.StoredLog;
import io.firn.it.harness.Sut;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store moves between Apache RocketMQ and Firn, there and back, after a clean stop and after kill -9. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StoreInteropIT {

    enum End {
        CLEAN_STOP,
        KILL
    }

    private ApacheNameServer nameServer;
    private MqadminShell mqadmin;

    /** Apache's brokers register here, one after another; ours bring their own. */
    @BeforeAll
    void start(@TempDir Path shared) {
        nameServer = ApacheNameServer.start(shared.resolve("ns"));
        mqadmin = MqadminShell.start(nameServer.address(), shared);
    }

    @AfterAll
    void close() {
        if (mqadmin != null) {
            mqadmin.close();
        }
        if (nameServer != null) {
            nameServer.close();
        }
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void aStoreApacheWroteOpensHereAndGoesBack(End end, @TempDir Path directory) {
        moveAndReturn(directory, Sut.Kind.APACHE, Sut.Kind.chosen(), end);
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void aStoreWrittenHereOpensInApacheAndComesBack(End end, @TempDir Path directory) {
        moveAndReturn(directory, Sut.Kind.chosen(), Sut.Kind.APACHE, end);
    }

    private void moveAndReturn(Path directory, Sut.Kind writer, Sut.Kind reader, End end) {
        BrokerSpec spec = BrokerSpec.in(directory);
        Landmarks landmarks = new Landmarks(directory, mqadmin, writer + "_" + end);
        try (Sut sut = start(writer, spec)) {
            landmarks.write(sut);
            finish(sut, end);
        }
        assertThat(new StoredLog(spec.store().resolve("commitlog")).segments()).hasSizeGreaterThanOrEqualTo(3);
        try (Sut sut = start(reader, spec)) {
            landmarks.verify(sut);
            finish(sut, end);
        }
        try (Sut sut = start(writer, spec)) {
            landmarks.verify(sut);
        }
    }

    private Sut start(Sut.Kind kind, BrokerSpec spec) {
        return Sut.start(
                kind,
                kind == Sut.Kind.APACHE
                        ? spec.registeringWith(nameServer.address().toString())
                        : spec);
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
