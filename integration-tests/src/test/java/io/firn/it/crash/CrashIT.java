package io.firn.it.crash;

import io.firn.it.harness.Seed;
import io.firn.it.harness.StockClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Thirty kills. */
final class CrashIT {

    static Stream<CrashLoop.Plan> plans() {
        return Stream.of(
                new CrashLoop.Plan("ASYNC_FLUSH", StockClient.V5_JSON, 1, 8, null),
                new CrashLoop.Plan("ASYNC_FLUSH", StockClient.V4_ROCKETMQ, 7, 6, null),
                new CrashLoop.Plan("SYNC_FLUSH", StockClient.V5_JSON, 1, 4, null),
                new CrashLoop.Plan("SYNC_FLUSH", StockClient.V5_JSON, 1, 6, PowerCut.Debris.ZEROS),
                new CrashLoop.Plan("SYNC_FLUSH", StockClient.V4_JSON, 3, 6, PowerCut.Debris.GARBAGE));
    }

    @ParameterizedTest
    @MethodSource("plans")
    void acknowledgedMessagesSurvive(CrashLoop.Plan plan, @TempDir Path directory, TestReporter reporter)
            throws IOException {
        Seed seed = Seed.choose();
        reporter.publishEntry(seed.toString());
        new CrashLoop(plan, seed, directory).run();
    }
}
