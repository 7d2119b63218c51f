package io.firn.broker.plugin.jar;

import com.github.zafarkhaja.semver.ParseException;
import com.github.zafarkhaja.semver.Version;
import org.pf4j.DefaultVersionManager;
import org.pf4j.VersionManager;

/**
 * Which versions a plugin accepts, such as {@code >=1.2.0 & <2.0.0}. It must end somewhere: a jar that says {@code 1.2.0}
 * or {@code >=1.2.0} promises to work with what nobody has written yet.
 *
 * @param text the expression as in the manifest
 */
public record VersionRange(String text) {

    private static final VersionManager EXPRESSIONS = new DefaultVersionManager();
    private static final String ADVICE = "give a range with an upper bound, such as \">=1.2.0 & <2.0.0\"";

    /** No release will ever have it: a range that accepts it has no upper bound. */
    private static final String BEYOND = Version.of(Long.MAX_VALUE, 0, 0).toString();

    /**
     * Checks the expression.
     *
     * @param key the manifest key it stands under, for the message
     * @throws PluginException when it is no expression or has no upper bound
     */
    static VersionRange parse(String key, String text) {
        if (text.matches("[vV]?\\d+(\\.\\d+){0,2}.*") && !text.contains("-") && !text.contains("x")) {
            throw new PluginException(key + " is \"" + text + "\", a single version: " + ADVICE);
        }
        VersionRange range = new VersionRange(text);
        boolean endless;
        try {
            endless = range.accepts(BEYOND);
        } catch (RuntimeException e) {
            throw new PluginException(key + " is \"" + text + "\", which is no version range: " + ADVICE, e);
        }
        if (endless) {
            throw new PluginException(key + " is \"" + text + "\", which has no upper bound: " + ADVICE);
        }
        return range;
    }

    /** Whether this version is in the range. */
    public boolean accepts(String version) {
        return EXPRESSIONS.checkVersionConstraint(version, text);
    }

    /** Whether the text is a version such as {@code 1.2.0} or {@code 1.2.0-rc.1}. */
    static boolean isVersion(String text) {
        try {
            return !Version.parse(text).toString().isEmpty();
        } catch (ParseException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
