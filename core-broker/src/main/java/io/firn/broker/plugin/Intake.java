package io.firn.broker.plugin;

import io.firn.broker.plugin.jar.JarCache;
import io.firn.broker.plugin.jar.JarReader;
import io.firn.broker.plugin.jar.LinkCheck;
import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.plugin.jar.PluginJar;
import io.firn.broker.plugin.jar.TrustList;
import io.firn.broker.plugin.jar.TrustList.Judgement;
import io.firn.broker.plugin.jar.TrustList.Trusted;
import io.firn.broker.plugin.jar.TrustList.Untrusted;
import io.firn.broker.plugin.jar.TrustMode;
import io.firn.broker.runtime.ConfigException;
import io.firn.spi.contract.SpiVersion;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a file may be loaded: it is a plugin, trusted, made for this SPI, and every reference into the SPI
 * resolves. Nothing of it has run then. One thread.
 */
public final class Intake {

    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    private final JarCache cache;
    private final JarReader reader;
    private final LinkCheck links;
    private final TrustMode mode;
    private final Path trusted;

    /** Copies go to {@code cache}; {@code host} has the SPI. */
    public Intake(Path cache, ClassLoader host, TrustMode mode, Path trusted) {
        this.cache = new JarCache(cache);
        this.reader = new JarReader(this.cache);
        this.links = new LinkCheck(host, SpiVersion.current());
        this.mode = mode;
        this.trusted = trusted;
    }

    /**
     * A jar that may be loaded.
     *
     * @param trustedBy which line of the trust list covers it; empty when none, or when nobody looked
     */
    public record Accepted(PluginJar jar, String trustedBy) {}

    /**
     * Looks at the file.
     *
     * @throws PluginException naming file, fault and remedy
     */
    public Accepted look(Path file) {
        PluginJar jar = reader.read(file);
        String trustedBy = trust(jar);
        if (!jar.manifest().requires().accepts(SpiVersion.current())) {
            throw refused(
                    jar,
                    "needs SPI " + jar.manifest().requires() + ", and this broker has " + SpiVersion.current()
                            + ": use a release of the plugin for this broker");
        }
        List<String> problems = links.problemsOf(jar);
        if (!problems.isEmpty()) {
            throw refused(
                    jar,
                    "does not link (it requires SPI " + jar.manifest().requires() + "): "
                            + String.join("; ", problems));
        }
        return new Accepted(jar, trustedBy);
    }

    private String trust(PluginJar jar) {
        if (mode == TrustMode.OFF) {
            return "";
        }
        Judgement judgement;
        try {
            judgement = TrustList.read(trusted).judge(jar);
        } catch (ConfigException e) {
            throw refused(jar, "can not be checked: " + e.getMessage());
        }
        return switch (judgement) {
            case Trusted(String by) -> by;
            case Untrusted(String why) -> {
                if (mode == TrustMode.ENFORCE) {
                    throw refused(jar, "is not trusted: " + why + " (" + trusted + ")");
                }
                LOG.warn(
                        "plugin {} in {} is loaded untrusted: {}",
                        jar.label(),
                        jar.source().getFileName(),
                        why);
                yield "";
            }
        };
    }

    private static PluginException refused(PluginJar jar, String why) {
        return new PluginException(jar.source().getFileName() + ": plugin " + jar.label() + " " + why);
    }

    /** Deletes copies that are not of these plugins. */
    void tidy(Set<Path> used) {
        cache.retain(used);
    }
}
