package io.firn.testkit;

import io.firn.spi.BrokerPlugin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A {@link FirnBroker} to be: small files, free ports, a directory that goes with it, segments that expire after 24
 * hours, and no cleanup but the one a test runs. Owner: one test.
 */
public final class BrokerBuilder {

    private static final int SEGMENT_BYTES = 1 << 20;
    private static final int HOURS = 24;

    private final List<Function<Map<String, String>, PackedPlugin>> plugins = new ArrayList<>();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, String> manifest = new LinkedHashMap<>();
    private List<String> config = List.of();
    private StoreFixture store = new StoreFixture.Empty();

    BrokerBuilder() {}

    /** One more plugin. */
    public BrokerBuilder plugin(Class<? extends BrokerPlugin> type) {
        plugins.add(entries -> PackedPlugin.of(type, entries));
        return this;
    }

    /** One more plugin, from a jar that was built already, such as another's. */
    public BrokerBuilder jar(Path file) {
        plugins.add(entries -> PackedPlugin.ofJar(file));
        return this;
    }

    /** Settings of the first plugin, {@code key=value} each. */
    public BrokerBuilder config(String... lines) {
        config = List.of(lines);
        return this;
    }

    /** Settings of the broker, {@code key=value} each. */
    public BrokerBuilder broker(String... lines) {
        for (String line : lines) {
            put(line, "=", settings);
        }
        return this;
    }

    /** Manifest entries of the first plugin that are not as its pom says, {@code Key: value} each. */
    public BrokerBuilder manifest(String... lines) {
        for (String line : lines) {
            put(line, ":", manifest);
        }
        return this;
    }

    private static void put(String line, String separator, Map<String, String> into) {
        int at = line.indexOf(separator);
        if (at < 1) {
            throw new IllegalArgumentException("\"" + line + "\" has to be key" + separator + "value");
        }
        into.put(line.substring(0, at).trim(), line.substring(at + 1).trim());
    }

    /** Messages that are there before the broker starts. */
    public BrokerBuilder store(StoreFixture fixture) {
        store = fixture;
        return this;
    }

    /**
     * Starts it.
     *
     * @throws IllegalStateException when a plugin is not active, with the broker's words
     */
    public FirnBroker open() {
        Path directory;
        try {
            directory = Files.createTempDirectory("firn-test").toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("no directory for the broker: " + e.getMessage(), e);
        }
        Map<String, String> all = usual(directory);
        all.putAll(settings);
        List<PackedPlugin> packed = new ArrayList<>();
        for (Function<Map<String, String>, PackedPlugin> plugin : plugins) {
            packed.add(plugin.apply(packed.isEmpty() ? manifest : Map.of()));
        }
        FirnBroker broker = new FirnBroker(directory, all, packed);
        try {
            CommitLogBuilder log =
                    new CommitLogBuilder(broker.storeDir(), Integer.parseInt(all.get("mappedFileSizeCommitLog")));
            store.write(log);
            log.write();
            packed.forEach(plugin -> plugin.into(broker.jars()));
            if (!packed.isEmpty()) {
                broker.writeSettings(packed.getFirst(), config);
            }
            broker.start();
            return broker;
        } catch (RuntimeException | Error e) {
            broker.close();
            throw e;
        }
    }

    private static Map<String, String> usual(Path directory) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("storePathRootDir", directory.resolve("store").toString());
        values.put("firn.plugins.dir", directory.resolve("plugins").toString());
        values.put("firn.plugins.conf", directory.resolve("conf").toString());
        values.put("firn.plugins.stopTimeout", "5000");
        values.put("listenPort", "0");
        values.put("firn.nameserver.port", "0");
        values.put("firn.admin.port", "0");
        values.put("mappedFileSizeCommitLog", Integer.toString(SEGMENT_BYTES));
        values.put("firn.log.populateAhead", "64KiB");
        values.put("mappedFileSizeConsumeQueue", "20000");
        values.put("maxHashSlotNum", "1000");
        values.put("maxIndexNum", "4000");
        // what dispatchers see is on disk: soon
        values.put("flushIntervalCommitLog", "10");
        // a clock that is advanced makes connections look idle
        values.put("serverChannelMaxIdleTimeSeconds", "0");
        values.put("fileReservedTime", Integer.toString(HOURS));
        // only asked for: not at this hour, and not because the developer's disk is full
        values.put(
                "deleteWhen",
                String.format("%02d", (LocalTime.now(ZoneId.systemDefault()).getHour() + HOURS - 1) % HOURS));
        values.put("diskMaxUsedSpaceRatio", "99");
        values.put("diskSpaceCleanForciblyRatio", "99");
        values.put("diskSpaceWarningLevelRatio", "99");
        return values;
    }
}
