package io.firn.mirror;

import io.firn.spi.config.ConfigException;
import io.firn.spi.message.PropertyName;
import io.firn.spi.message.PropertyView;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps mirrors from sending in circles: each message carries the names of the clusters it was mirrored from, and is not
 * sent where it has been. Immutable; any thread.
 */
final class Trail {

    /** Clusters that a message was mirrored from, first one first, separated by commas. */
    static final String PROPERTY = "MIRROR_PATH";

    static final PropertyName PATH = PropertyName.of(PROPERTY);

    private static final String SEPARATOR = ",";
    private static final Pattern NAME = Pattern.compile("[\\w.-]{1,100}");

    private final String own;
    private final String target;

    /** From the cluster {@code own} to the cluster {@code target}. */
    Trail(String own, String target) {
        this.own = own;
        this.target = target;
    }

    /** What can stand in a trail; {@code key} is named when it can not. */
    static void checkName(String key, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new ConfigException(
                    key + "=" + name + ": expected 1 to 100 letters, digits, dots, dashes, underscores");
        }
    }

    /** Whether the message has been at the target, or has left this cluster before: then the target is this cluster too. */
    boolean leadsBack(@Nullable PropertyView path) {
        if (path == null) {
            return false;
        }
        for (String passed : path.toString().split(SEPARATOR, -1)) {
            if (passed.equals(target) || passed.equals(own)) {
                return true;
            }
        }
        return false;
    }

    /** The trail of a copy that leaves the cluster {@code own}. */
    static String extended(@Nullable String path, String own) {
        return path == null || path.isEmpty() ? own : path + SEPARATOR + own;
    }
}
