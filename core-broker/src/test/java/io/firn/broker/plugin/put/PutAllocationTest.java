package io.firn.broker.plugin.put;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.firn.broker.plugin.guard.GuardConfig;
import io.firn.broker.plugin.guard.Guards;
import io.firn.broker.plugin.plane.TestPlugin;
import io.firn.broker.produce.PutChain;
import io.firn.broker.produce.PutDraft;
import io.firn.broker.record.TestMessage;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.spi.message.PropertyName;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.PutOrigin;
import io.firn.spi.put.Verdict;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicKind;
import io.firn.spi.topic.TopicLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chain of hooks that let everything pass allocates nothing per message; nor does reading a message in a hook. */
final class PutAllocationTest {

    private static final int WARM_UP = 30_000;
    private static final int MESSAGES = 100_000;
    /** Less than a tenth of a byte per message: the measurement itself may need some. */
    private static final long TOLERATED_BYTES = MESSAGES / 10;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final PropertyName COLOUR = PropertyName.of("colour");

    @TempDir
    Path root;

    private final Guards guards =
            Guards.open(GuardConfig.defaults(), Clock.system(), new Metrics(), (component, cause) -> {});
    private final PutHookTable table = new PutHookTable(
            guards,
            name -> new Topic(name, TopicKind.NORMAL, TopicLayout.of(1), Map.of(), new UUID(0, 1)),
            new Metrics());
    private final PutDraft draft = PutDraft.of(
            TestMessage.of("T", 0, "x".repeat(128)).withProperties(Map.of("colour", "red", "KEYS", "k1 k2")),
            PutOrigin.RETRY,
            1 << 20);

    @AfterEach
    void close() {
        guards.close();
    }

    @Test
    void fourHooksThatAcceptAllocateNothing() {
        fourHooks(message -> Verdict.ACCEPT);

        assertThat(allocated()).isLessThanOrEqualTo(TOLERATED_BYTES);
    }

    @Test
    void fourHooksThatReadTheMessageAllocateNothing() {
        fourHooks(message -> {
            int sum = message.body().get(0) + message.bodyLength() + message.queueId();
            var colour = message.property(COLOUR);
            boolean red = colour != null && colour.byteAt(0) == 'r';
            return sum > 0 && red && !message.hasProperty(PropertyName.TAGS) ? Verdict.ACCEPT : Verdict.MODIFIED;
        });

        assertThat(allocated()).isLessThanOrEqualTo(TOLERATED_BYTES);
    }

    private void fourHooks(PutMessageHook hook) {
        try (TestPlugin plugin = TestPlugin.of("p", root)) {
            for (Phase phase : new Phase[] {Phase.AUTHN, Phase.VALIDATE, Phase.QUOTA, Phase.OBSERVE}) {
                table.add(plugin.owner(), HookSpec.of(phase.name().toLowerCase(java.util.Locale.ROOT), phase), hook);
            }
        }
    }

    private long allocated() {
        run(WARM_UP);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        run(MESSAGES);
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private void run(int messages) {
        for (int i = 0; i < messages; i++) {
            PutChain chain = Objects.requireNonNull(table.chain("T"));
            if (chain.before(draft).isReject()) {
                throw new IllegalStateException("rejected");
            }
        }
    }
}
