package io.firn.bench;

import io.firn.broker.plugin.guard.GuardConfig;
import io.firn.broker.plugin.guard.Guards;
import io.firn.broker.plugin.guard.HookAlarm;
import io.firn.broker.plugin.guard.HookOwner;
import io.firn.broker.plugin.put.PutHookTable;
import io.firn.broker.produce.PutChain;
import io.firn.broker.produce.PutDraft;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.put.PutOrigin;
import io.firn.spi.put.Verdict;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicKind;
import io.firn.spi.topic.TopicLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What put hooks that let everything pass cost a message: look-up of the topic's chain, guards, and the calls. Goal: four
 * hooks at most 250 ns, 0 B/op (run with {@code -prof gc}); no hook: next to nothing.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class PutChainBench {
    private static final Phase[] PHASES = {Phase.AUTHN, Phase.VALIDATE, Phase.QUOTA, Phase.OBSERVE};

    @Param({"0", "1", "4"})
    int hooks;

    private final Guards guards = Guards.open(GuardConfig.defaults(), Clock.system(), new Metrics(), (c, e) -> {});
    private final PutHookTable table = new PutHookTable(
            guards,
            name -> new Topic(name, TopicKind.NORMAL, TopicLayout.of(1), Map.of(), new UUID(0, 1)),
            new Metrics());
    private final PutDraft draft = PutDraft.of(new Message(), PutOrigin.CLIENT, 1 << 20);

    @Setup(Level.Trial)
    public void register() {
        HookOwner owner = new HookOwner("bench", PutChainBench.class.getClassLoader(), Path.of("."), HookAlarm.SILENT);
        for (int i = 0; i < hooks; i++) {
            var _ = table.add(owner, HookSpec.of("hook-" + i, PHASES[i]), message -> Verdict.ACCEPT);
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        guards.close();
    }

    @Benchmark
    public @Nullable Verdict put() {
        PutChain chain = table.chain("bench-topic");
        return chain == null ? null : chain.before(draft);
    }

    /** A message of 128 bytes. */
    private static final class Message implements MessageSource {
        private final byte[] body = new byte[128];
        private final HostAddress host = HostAddress.parse("127.0.0.1:40000");

        @Override
        public String topic() {
            return "bench-topic";
        }

        @Override
        public int queueId() {
            return 0;
        }

        @Override
        public int flag() {
            return 0;
        }

        @Override
        public int sysFlag() {
            return 0;
        }

        @Override
        public long bornTimestamp() {
            return 0;
        }

        @Override
        public HostAddress bornHost() {
            return host;
        }

        @Override
        public int reconsumeTimes() {
            return 0;
        }

        @Override
        public long preparedTransactionOffset() {
            return 0;
        }

        @Override
        public int bodyLength() {
            return body.length;
        }

        @Override
        public void copyBody(ByteBuffer to) {
            to.put(body);
        }

        @Override
        public int propertiesLength() {
            return 0;
        }

        @Override
        public void copyProperties(ByteBuffer to) {
            // there are none
        }
    }
}
