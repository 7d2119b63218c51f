package io.firn.broker.plugin.desk;

import io.firn.broker.plugin.desk.OperatorDesk.Answer;
import io.firn.broker.plugin.plane.DataPlane;
import io.firn.broker.runtime.Nearest;
import io.firn.spi.retention.HeldSegment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What operators may overrule: a dispatcher that is stuck on a batch, and holds that keep segments on a full disk. Each
 * use is a line in the audit log before it takes effect. Any thread.
 */
final class Levers {

    private static final int MAX_REASON = 500;

    private final DataPlane plane;

    Levers(DataPlane plane) {
        this.plane = plane;
    }

    /** A segment that is held, for operators. */
    private record Held(
            String segment,
            long from,
            long to,
            String reason,
            @Nullable String until) {}

    /** The hooks of a topic, in order. */
    List<String> chain(String topic) {
        return plane.chain(topic);
    }

    Answer dispatchers(String id) {
        return Answer.json(200, plane.dispatchers(id));
    }

    /** Body: {@code dispatcher} unless there is one only, {@code position} unless it is the end of the stuck batch. */
    Answer skip(String id, byte[] body, Asker asker) {
        Map<String, String> given = PluginCalls.arguments(body);
        List<String> names =
                plane.dispatchers(id).stream().map(each -> each.name()).toList();
        String name = given.getOrDefault("dispatcher", names.size() == 1 ? names.getFirst() : "");
        if (!names.contains(name)) {
            return Answer.error(
                    404,
                    name.isEmpty() && !names.isEmpty()
                            ? "plugin " + id + " has several dispatchers, name one of them: " + String.join(", ", names)
                            : "plugin " + id + " has no dispatcher " + name + Nearest.hint(name, names));
        }
        Long position = number(given, "position");
        long to = plane.skip(id, name, position, asker.label());
        return Answer.json(200, Map.of("plugin", id, "dispatcher", name, "skippedTo", to));
    }

    Answer holds(String id) {
        List<Held> held = plane.held().stream()
                .filter(each -> each.pluginId().equals(id))
                .map(Levers::shown)
                .toList();
        return Answer.json(200, held);
    }

    private static Held shown(HeldSegment each) {
        Instant recheck = each.hold().recheck();
        String until = recheck.equals(Instant.MIN) ? null : recheck.toString();
        return new Held(
                nameOf(each),
                each.segment().from(),
                each.segment().to(),
                each.hold().reason(),
                until);
    }

    private static String nameOf(HeldSegment each) {
        return String.valueOf(each.segment().file().getFileName());
    }

    /** Body: {@code reason}, and {@code segment} (a file name or its first position) unless all held now are meant. */
    Answer breakHold(String id, byte[] body, Asker asker) {
        Map<String, String> given = PluginCalls.arguments(body);
        String reason = given.getOrDefault("reason", "").replaceAll("\\s+", " ").trim();
        if (reason.isEmpty() || reason.length() > MAX_REASON) {
            return Answer.error(
                    400, "breaking a hold needs a reason for the audit log, at most " + MAX_REASON + " letters");
        }
        String segment = given.get("segment");
        Long position = segment == null ? null : endOf(id, segment);
        long upTo = plane.breakHold(id, position, asker.label() + " because: " + reason);
        return Answer.json(
                200,
                Map.of(
                        "plugin",
                        id,
                        "brokenBelow",
                        upTo,
                        "next",
                        "what lies below this position may go in the next round of retention"));
    }

    private long endOf(String id, String segment) {
        String name = String.valueOf(Path.of(segment).getFileName());
        List<HeldSegment> held =
                plane.held().stream().filter(each -> each.pluginId().equals(id)).toList();
        return held.stream()
                .filter(each -> nameOf(each).equals(name)
                        || Long.toString(each.segment().from()).equals(name))
                .mapToLong(each -> each.segment().to())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("plugin " + id + " holds no segment " + name
                        + Nearest.hint(name, held.stream().map(Levers::nameOf).toList())));
    }

    private static @Nullable Long number(Map<String, String> given, String key) {
        String text = given.get(key);
        if (text == null) {
            return null;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + "=" + text + ": expected a log position, a number of bytes", e);
        }
    }
}
