package io.firn.broker.plugin.context;

import io.firn.spi.HealthReporter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/** How a plugin is, by its own word and by that of those who call it. Any thread. */
public final class HealthParts implements HealthReporter {

    private static final int MAX_PARTS = 100;
    private static final String REST = "others";

    private final Map<String, Part> parts = new ConcurrentHashMap<>();
    private final Logger logger;

    HealthParts(Logger logger) {
        this.logger = logger;
    }

    /** From well to not working. */
    public enum Level {
        UP,
        DEGRADED,
        DOWN
    }

    /**
     * How one part of a plugin does.
     *
     * @param reason empty when it is {@link Level#UP}
     */
    public record Part(Level level, String reason) {}

    @Override
    public void up(String part) {
        tell(part, new Part(Level.UP, ""));
    }

    @Override
    public void degraded(String part, String reason) {
        tell(part, new Part(Level.DEGRADED, reason));
    }

    @Override
    public void down(String part, String reason) {
        tell(part, new Part(Level.DOWN, reason));
    }

    private void tell(String name, Part part) {
        String kept = parts.size() < MAX_PARTS || parts.containsKey(name) ? name : REST;
        Part before = parts.put(kept, part);
        Level old = before == null ? Level.UP : before.level();
        if (old != part.level()) {
            logger.warn("{} is {} after {} {}", kept, part.level(), old, part.reason());
        }
    }

    /** The parts that are not well: name to state. */
    public Map<String, Part> troubles() {
        Map<String, Part> found = new ConcurrentHashMap<>(parts);
        found.values().removeIf(part -> part.level() == Level.UP);
        return found;
    }
}
