package io.firn.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.plugin.context.Registered;
import io.firn.spi.put.PutMessageHook;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plugins in real jars that leave something behind when they stop: it is named, and what can be taken back is. */
final class LeakingPluginTest {

    private static final int CYCLES = 50;

    @TempDir
    private Path root;

    private HostRoom room;

    @BeforeEach
    void makeRoom() {
        room = new HostRoom(root);
    }

    @AfterEach
    void closeRoom() {
        room.close();
    }

    private String left(String start) {
        PluginJars.plugin("leaky", PluginJars.HOOK + start, "").into(room.jars, "leaky.jar");
        PluginHost host = room.open();
        assertThat(room.status("leaky").state())
                .as(room.status("leaky").cause())
                .isEqualTo(PluginState.ACTIVE);
        host.disable("leaky").join();
        PluginStatus after = room.status("leaky");
        assertThat(after.state()).as(after.cause()).isEqualTo(PluginState.LEAKED);
        assertThat(host.health().reason()).contains("leaky is LEAKED");
        return after.cause();
    }

    @Test
    void namesATimerAndAnExecutor() {
        assertThat(left("new Timer(\"old-timer\", true).schedule(new TimerTask() { public void run() {} }, 3_600_000);"
                        + "var pool = java.util.concurrent.Executors.newFixedThreadPool(1, task -> {"
                        + " Thread t = new Thread(task, \"own-pool\"); t.setDaemon(true); return t; });"
                        + "pool.submit(() -> {}).get();"))
                .contains("thread old-timer", "thread own-pool");
    }

    @Test
    void removesShutdownHooksAndNamesThem() {
        assertThat(left("Runtime.getRuntime().addShutdownHook(new Thread(() ->"
                        + " System.setProperty(\"firn.test.hooked\", \"1\"), \"last-word\"));"))
                .contains("shutdown hook last-word (removed)");
    }

    @Test
    void takesJdbcDriversBackAndNamesThem() {
        String driver = """
            public static final class Sql implements java.sql.Driver {
                public java.sql.Connection connect(String url, java.util.Properties info) { return null; }
                public boolean acceptsURL(String url) { return url.startsWith("jdbc:leak:"); }
                public java.sql.DriverPropertyInfo[] getPropertyInfo(String url, java.util.Properties info) {
                    return new java.sql.DriverPropertyInfo[0];
                }
                public int getMajorVersion() { return 1; }
                public int getMinorVersion() { return 0; }
                public boolean jdbcCompliant() { return false; }
                public java.util.logging.Logger getParentLogger() { return null; }
            }
            """;
        PluginJars.plugin("leaky")
                .source(
                        "p.Main",
                        PluginJars.main(
                                driver, PluginJars.HOOK + "java.sql.DriverManager.registerDriver(new Sql());", ""))
                .into(room.jars, "leaky.jar");
        PluginHost host = room.open();

        host.disable("leaky").join();

        assertThat(room.status("leaky").cause()).contains("JDBC driver p.Main$Sql");
        assertThat(DriverManager.drivers().map(each -> each.getClass().getName()))
                .doesNotContain("p.Main$Sql");
    }

    @Test
    void namesMBeans() throws Exception {
        String bean = """
                public interface CountMBean { int getCount(); }
                public static final class Count implements CountMBean { public int getCount() { return 1; } }
                """;
        PluginJars.plugin("leaky")
                .source(
                        "p.Main",
                        PluginJars.main(
                                bean,
                                PluginJars.HOOK
                                        + "java.lang.management.ManagementFactory.getPlatformMBeanServer().registerMBean(new"
                                        + " Count(), new javax.management.ObjectName(\"firn.test:type=Count\"));",
                                ""))
                .into(room.jars, "leaky.jar");
        PluginHost host = room.open();

        host.disable("leaky").join();

        assertThat(room.status("leaky").cause()).contains("MBean firn.test:type=Count");
        ManagementFactory.getPlatformMBeanServer()
                .unregisterMBean(new javax.management.ObjectName("firn.test:type=Count"));
    }

    @Test
    void namesThreadLocalsOnThreadsOfTheBroker() {
        String members = "static final ThreadLocal<Main> MINE = new ThreadLocal<>();";
        String start = "var self = this; context.register().putHook(HookSpec.of(\"look\", Phase.OBSERVE), m -> {"
                + " MINE.set(self); return Verdict.ACCEPT; });";
        PluginJars.plugin("leaky")
                .source("p.Main", PluginJars.main(members, start, ""))
                .into(room.jars, "leaky.jar");
        PluginHost host = room.open();
        assertThat(callPutHook(room.sink.active.getFirst())).isNotNull();

        host.disable("leaky").join();

        assertThat(room.status("leaky").cause())
                .contains("thread local p.Main of thread "
                        + Thread.currentThread().getName());
    }

    private static Object callPutHook(Registered registered) {
        PutMessageHook hook = ((Registered.Put) registered).hook();
        return hook.beforePut(null);
    }

    @Test
    void freesTheLoadersOfFiftyStartsAndStops() {
        PluginJars.plugin(
                        "steady",
                        PluginJars.HOOK + "context.scheduler().repeat(\"tick\", Duration.ofMillis(1), () -> {});"
                                + "context.topics().onChange(change -> {});"
                                + "context.blockingIo(2).execute(() -> {});"
                                + "context.metrics().counter(\"seen\", \"Seen.\").add(1);",
                        "")
                .into(room.jars, "steady.jar");
        PluginHost host = room.open();
        List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
        for (int i = 0; i < CYCLES; i++) {
            loaders.add(new WeakReference<>(room.sink.active.getFirst().owner().loader()));
            host.disable("steady").join();
            assertThat(room.status("steady").state())
                    .as(room.status("steady").cause())
                    .isEqualTo(PluginState.DISABLED);
            host.enable("steady").join();
        }
        host.disable("steady").join();

        await().atMost(PluggedBroker.PATIENCE).untilAsserted(() -> {
            System.gc();
            assertThat(loaders.stream().filter(each -> each.get() != null).toList())
                    .as("loaders that are still there")
                    .isEqualTo(Collections.emptyList());
        });
    }
}
