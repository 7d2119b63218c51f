package io.firn.broker.plugin;

import static io.firn.broker.plugin.PluginJars.harmless;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.broker.plugin.context.HealthParts;
import io.firn.broker.plugin.jar.PluginException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A plugin directory that can not be read, at the start and while plugins run. A link that leads to itself stands for all
 * that makes listing fail: permissions do not stop the superuser, who may run this test.
 */
final class PluginDirectoryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

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

    @Test
    void aFileInItsPlaceIsToldAndNoReasonNotToRun() throws IOException {
        Files.delete(room.jars);
        Files.createFile(room.jars);

        assertUnread(room.open(), "it is no directory");
    }

    @Test
    void aLinkThatLeadsNowhereIsToldAndNoReasonNotToRun() throws IOException {
        Files.delete(room.jars);
        Files.createSymbolicLink(room.jars, root.resolve("elsewhere"));

        assertUnread(room.open(), "it is a link to what is not there");
    }

    @Test
    void aDirectoryWhoseListingFailsIsToldAndNoReasonNotToRun() throws IOException {
        Files.delete(room.jars);
        Files.createSymbolicLink(room.jars, room.jars);

        assertUnread(room.open(), "FileSystemException");
    }

    private void assertUnread(PluginHost host, String why) {
        assertThat(host.status()).isEmpty();
        HealthParts.Part health = host.health();
        assertThat(health.level()).isEqualTo(HealthParts.Level.DEGRADED);
        assertThat(health.reason())
                .contains("plugin directory " + room.jars + " can not be read")
                .contains(why)
                .contains("firn.plugins.dir");
    }

    @Test
    void isNamedWhenItKeepsAPluginAwayThatTheBrokerMayNotBeWithout() throws IOException {
        room.require("guard");
        Files.delete(room.jars);
        Files.createSymbolicLink(room.jars, room.jars);

        assertThatThrownBy(room::open)
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("plugin guard is required by firn.plugins.required")
                .hasMessageContaining("plugin directory " + room.jars + " can not be read");
    }

    @Test
    void pluginsAndRefusalsStayWhileItCanNotBeListedAndNewJarsAreSeenAfterwards() throws IOException {
        harmless("good").into(room.jars, "good.jar");
        Files.writeString(room.jars.resolve("bad.jar"), "no zip");
        PluginHost host = room.open();
        Path away = root.resolve("away");

        Files.move(room.jars, away);
        Files.createSymbolicLink(room.jars, room.jars);
        await().atMost(PATIENCE).until(() -> host.health().reason().contains("FileSystemException"));

        assertThat(room.status("good").state()).isEqualTo(PluginState.ACTIVE);
        assertThat(room.status("bad.jar").state()).isEqualTo(PluginState.REFUSED);

        Files.delete(room.jars);
        Files.move(away, room.jars);
        harmless("late").into(room.jars, "late.jar");
        await().atMost(PATIENCE)
                .until(() -> host.status().stream()
                        .anyMatch(one -> one.id().equals("late") && one.state() == PluginState.ACTIVE));

        assertThat(host.health().reason()).doesNotContain("plugin directory");
        assertThat(room.sink.events)
                .filteredOn(event -> event.startsWith("+good"))
                .hasSize(1);
        assertThat(room.sink.events).noneMatch(event -> event.startsWith("-good"));
    }

    @Test
    void aJarThatCanNotBeLookedAtIsNamedAndKeepsNoOtherAway() throws IOException {
        Path circle = room.jars.resolve("circle.jar");
        Files.createSymbolicLink(circle, circle);
        harmless("good").into(room.jars, "good.jar");

        PluginHost host = room.open();

        assertThat(room.status("good").state()).isEqualTo(PluginState.ACTIVE);
        assertThat(host.health().level()).isEqualTo(HealthParts.Level.DEGRADED);
        assertThat(host.health().reason()).contains("plugin jar " + circle + " can not be looked at");
    }
}
