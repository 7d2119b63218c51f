package io.firn.mirror;

import io.firn.spi.config.ConfigException;
import io.firn.spi.config.Default;
import io.firn.spi.config.Key;
import io.firn.spi.config.NotBlank;
import io.firn.spi.config.Range;
import io.firn.spi.config.Secret;
import io.firn.spi.contract.ByteSize;
import io.firn.spi.dispatch.LagPolicy;
import io.firn.spi.dispatch.StartFrom;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an operator says; each key is explained where it stands. Immutable. */
record MirrorConfig(
        @Key(value = "target", doc = "Name servers of the other cluster, host:port separated by semicolons.") @NotBlank
        String target,

        @Key(value = "target.name", doc = "Name of the other cluster, the same as its own mirrors call it.") @NotBlank
        String targetName,

        @Key(value = "name", doc = "Name of this cluster; the broker's cluster unless set.") @Default("")
        String name,

        @Key(value = "topics", doc = "Patterns of the topics that are mirrored.") @Default("*")
        List<String> topics,

        @Key(value = "except", doc = "Patterns of those of them that are not.") @Default("")
        List<String> except,

        @Key(value = "rename", doc = "topic:name-there; *:dc1_* for all others.") @Default("")
        List<String> rename,

        @Key(value = "create.topics", doc = "Makes topics that the target does not have.") @Default("true")
        boolean createTopics,

        @Key(value = "start", doc = "Where to begin the first time.") @Default("LATEST")
        StartFrom start,

        @Key(value = "timeout", doc = "How long an answer of the target may take.")
        @Default("5s")
        @Range(min = 100, max = 60_000)
        Duration timeout,

        @Key(value = "lag.policy", doc = "What happens when the mirror is too far behind.") @Default("HOLD_CLEANUP")
        LagPolicy lagPolicy,

        @Key(value = "lag.max", doc = "How far behind is too far.") @Default("1GiB")
        ByteSize lagMax,

        @Key(value = "tls", doc = "Whether the target wants TLS.") @Default("false")
        boolean tls,

        @Key(value = "access.key", doc = "User at the target.") @Nullable
        String accessKey,

        @Key(value = "secret.key", doc = "The user's secret.") @Secret @Nullable
        String secretKey) {

    private static final Pattern SERVERS = Pattern.compile("[^\\s;:]+:\\d{1,5}(;[^\\s;:]+:\\d{1,5})*");

    MirrorConfig {
        if (!SERVERS.matcher(target).matches()) {
            throw new ConfigException("target=" + target + ": expected host:port;host:port, the other name servers");
        }
        Trail.checkName("target.name", targetName);
        if (!name.isEmpty()) {
            Trail.checkName("name", name);
        }
        TopicNames.of(rename);
        if ((accessKey == null) != (secretKey == null)) {
            throw new ConfigException("access.key and secret.key are set together, or neither");
        }
    }
}
