package io.firn.spi.fake;

import io.firn.spi.HealthReporter;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Notes the last word of each part: {@code up}, {@code degraded: reason} or {@code down: reason}. Any thread. */
public final class FakeHealth implements HealthReporter {

    private final Map<String, String> words = new ConcurrentSkipListMap<>();

    /** Part to last word. */
    public Map<String, String> words() {
        return Map.copyOf(words);
    }

    @Override
    public void up(String part) {
        words.put(part, "up");
    }

    @Override
    public void degraded(String part, String reason) {
        words.put(part, "degraded: " + reason);
    }

    @Override
    public void down(String part, String reason) {
        words.put(part, "down: " + reason);
    }
}
