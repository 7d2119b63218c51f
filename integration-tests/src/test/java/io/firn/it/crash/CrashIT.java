package io.firn.it.crash;

import io.firn.it.harness.Seed;
import io.firn.it.harness.StockClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kills: {@code -Dfirn.crash.kills=} of them, 30 unless told otherwise, 1,000 with {@code -Psoak}. */
final class CrashIT {

    private static final int KILLS = Integer.getInteger("firn.crash.kills", 30);

    static Stream<CrashLoop.Plan> plans() {
        return Stream.of(
                new CrashLoop.Plan("ASYNC_FLUSH", StockClient.V5_JSON, 1, share(25), null),
                new CrashLoop.Plan("ASYNC_FLUSH", StockClient.V4_ROCKETMQ, 7, share(20), null),
                new CrashLoop.Plan("SYNC_FLUSH", StockClient.V5_JSON, 1, share(15), null),
                new CrashLoop.Plan("SYNC_FLUSH", StockClient.V5_JSON, 1, share(20), PowerCut.Debris.ZEROS),
                new CrashLoop.Plan("SYNC_FLUSH", StockClient.V4_JSON, 3, share(20), PowerCut.Debris.GARBAGE));
    }

    // rounded up: together at least as many as asked for
    private static int share(int percent) {
        return (KILLS * percent + 99) / 100;
    }

    @ParameterizedTest
    @MethodSource("plans")
    void acknowledgedMessagesSurvive(CrashLoop.Plan plan, @TempDir Path directory) throws IOException {
        Seed seed = Seed.choose();
        System.err.println(plan + ", " + seed);
        System.err.println(new CrashLoop(plan, seed, directory).run());
    }
}
