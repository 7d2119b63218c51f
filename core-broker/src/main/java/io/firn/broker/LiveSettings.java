package io.firn.broker;

import io.firn.broker.admin.SettingsDesk;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.Nearest;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.DataVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of a running broker. A change is checked as a start with it would be, written to
 * {@link ChangedSettings}, and then handed to the rooms as new values of their configuration records.
 *
 * <p>Owner of {@code now}: whoever holds this object's monitor. Blocks on the disk.
 */
final class LiveSettings implements SettingsDesk {

    private static final Logger LOG = LoggerFactory.getLogger(LiveSettings.class);

    private final ChangedSettings file;
    private final List<Room> rooms;
    private final Clock clock;
    private final Set<String> live = new TreeSet<>();
    private volatile Settings now;

    /**
     * A room whose settings may change.
     *
     * @param keys which of them
     * @param adopt hands it the configuration of every room; any thread, must not block
     */
    record Room(Set<String> keys, Consumer<BrokerConfigs> adopt) {}

    LiveSettings(BrokerConfigs configs, ChangedSettings file, List<Room> rooms, Clock clock) {
        this.file = file;
        this.rooms = List.copyOf(rooms);
        this.clock = clock;
        this.now = new Settings(configs.view().effective(), DataVersion.first(clock.millis()));
        rooms.forEach(room -> live.addAll(room.keys()));
    }

    @Override
    public Settings now() {
        return now;
    }

    @Override
    public synchronized Settings change(SortedMap<String, String> wished) {
        SortedMap<String, String> changes = changes(wished);
        if (changes.isEmpty()) {
            return now;
        }
        SortedMap<String, String> next = new TreeMap<>(now.values());
        next.putAll(changes);
        BrokerConfigs configs = checked(next);
        file.write(changes);
        Settings before = now;
        now = new Settings(configs.view().effective(), before.version().next(clock.millis()));
        changes.forEach((key, value) -> LOG.info(
                "setting {} is {} now, was {}: an operator's wish",
                key,
                value,
                before.values().get(key)));
        for (Room room : rooms) {
            if (changes.keySet().stream().anyMatch(room.keys()::contains)) {
                room.adopt().accept(configs);
            }
        }
        return now;
    }

    /** What is not yet as wished. */
    private SortedMap<String, String> changes(SortedMap<String, String> wished) {
        SortedMap<String, String> changes = new TreeMap<>();
        List<String> fixed = new ArrayList<>();
        wished.forEach((key, text) -> {
            String value = text.trim();
            String current = now.values().get(key);
            if (current == null) {
                throw new RequestException(
                        ResponseCode.SYSTEM_ERROR,
                        "setting " + key + " is unknown to this broker, did you mean "
                                + Nearest.of(key, List.copyOf(now.values().keySet())) + "? nothing was changed");
            }
            if (!current.equals(value)) {
                changes.put(key, value);
                if (!live.contains(key)) {
                    fixed.add(key);
                }
            }
        });
        if (!fixed.isEmpty()) {
            throw new RequestException(
                    ResponseCode.NO_PERMISSION,
                    "settings " + fixed + " cannot change while the broker runs: write them to broker.conf and restart;"
                            + " nothing was changed. Those that can: " + live);
        }
        return changes;
    }

    private static BrokerConfigs checked(Map<String, String> settings) {
        try {
            return BrokerConfigs.from(new ConfigView(settings));
        } catch (ConfigException e) {
            throw new RequestException(ResponseCode.INVALID_PARAMETER, e.getMessage() + "; nothing was changed");
        }
    }
}
