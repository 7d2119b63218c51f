package io.firn.testkit.sample;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.config.Default;
import io.firn.spi.config.Dynamic;
import io.firn.spi.config.Key;
import io.firn.spi.metrics.Counter;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.put.PutMessage;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Rewrites bodies in capitals and refuses empty ones. */
public final class UpperCase implements BrokerPlugin {

    /** What it is told. */
    public record Settings(
            @Key("suffix") @Default("") @Dynamic String suffix) {}

    @Override
    public void start(PluginContext context) {
        Counter rewritten = context.metrics().counter("rewritten", "Messages rewritten.");
        String loader = String.valueOf(getClass().getClassLoader());
        Settings[] settings = {context.config(Settings.class)};
        context.onConfigChange(Settings.class, (before, after) -> settings[0] = after);
        context.logger().debug("loaded by {}", loader);
        context.register()
                .putHook(
                        HookSpec.of("upper", Phase.TRANSFORM), new Hook(() -> settings[0].suffix(), rewritten, loader));
    }

    private record Hook(java.util.function.Supplier<String> suffix, Counter rewritten, String loader)
            implements PutMessageHook {

        private static final Verdict EMPTY = Verdict.reject(RejectCode.MESSAGE_ILLEGAL, "the body is empty");

        @Override
        public Verdict beforePut(PutMessage message) {
            if (message.bodyLength() == 1) {
                return EMPTY;
            }
            String text = StandardCharsets.UTF_8.decode(message.body()).toString();
            byte[] upper = (text.toUpperCase(Locale.ROOT) + suffix.get()).getBytes(StandardCharsets.UTF_8);
            message.setBody(ByteBuffer.wrap(upper));
            message.setProperty("loader", loader);
            rewritten.increment();
            return Verdict.MODIFIED;
        }
    }
}
