package io.firn.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker whose plugin that owns data is left out, or removed for good. */
final class WithoutPluginTest {

    @TempDir
    private Path root;

    private KeeperBroker room;
    private Path jar;

    @BeforeEach
    void makeRoom() {
        room = new KeeperBroker(root);
        jar = Keeper.jar("1.0.0").into(room.jars, "keeper.jar");
        room.start();
        room.fill("T", 3);
        room.fill("U", 3);
        room.close();
    }

    @AfterEach
    void closeRoom() {
        room.close();
    }

    @Test
    void theBrokerDoesNotStartWithoutItAndSaysHowToGoOn() throws IOException {
        Files.delete(jar);

        assertThatThrownBy(room::start)
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("plugin keeper owns data in this store")
                .hasMessageContaining("firn start --without-plugin keeper");
    }

    @Test
    void leftOutItsTopicIsOfflineForReadersAndWritersAndOthersAreServed() throws IOException {
        Files.delete(jar);
        room.start("firn.plugins.without=keeper");

        RemotingCommand pulled = room.pull("T", 0);
        RemotingCommand min = room.broker().ask(RequestCode.GET_MIN_OFFSET, "topic", "T", "queueId", "0");
        RemotingCommand max = room.broker().ask(RequestCode.GET_MAX_OFFSET, "topic", "T", "queueId", "0");
        RemotingCommand sent = room.send("T", "more");

        assertOffline(pulled);
        assertOffline(min);
        assertOffline(max);
        assertOffline(sent);
        assertThat(room.pulled("U", 0)).containsExactly("m0", "m1", "m2");
        assertThat(room.send("U", "m3").code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(page("/health")).contains("keeper is left out by firn.plugins.without");
        assertThat(page("/v1/plugins")).contains("\"id\": \"keeper\"", "DISABLED");
    }

    private static void assertOffline(RemotingCommand answer) {
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(answer.remark()).contains("plugin keeper", "left out by the operator", "--without-plugin keeper");
    }

    private String page(String path) {
        try {
            HttpURLConnection http = (HttpURLConnection)
                    URI.create(room.broker().admin() + path).toURL().openConnection();
            int status = http.getResponseCode();
            try (InputStream in = status < 400 ? http.getInputStream() : http.getErrorStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void leftOutAlthoughItsJarIsThereItIsNotLoadedAndCanNotBeSwitchedOn() {
        room.shared.clear();
        room.start("firn.plugins.without=keeper");

        assertThat(room.shared).doesNotContainKey("started");
        assertOffline(room.pull("T", 0));
    }

    @Test
    void leftOutNothingItMayHoldIsDeletedUntilAnOperatorBreaksTheHold() throws IOException {
        room.start("firn.plugins.without=keeper");
        String body = "x".repeat(200_000);
        for (int i = 0; i < 16; i++) {
            assertThat(room.send("U", body).code()).isEqualTo(ResponseCode.SUCCESS);
        }
        await().atMost(KeeperBroker.PATIENCE)
                .until(() -> room.broker().plane().held().size() >= 2);

        assertThat(room.segments()).isGreaterThanOrEqualTo(3);
        assertThat(room.broker().plane().held()).allSatisfy(held -> {
            assertThat(held.pluginId()).isEqualTo("keeper");
            assertThat(held.hold().reason()).contains("left out by the operator");
        });

        room.broker().plane().breakHold("keeper", null, "ann");

        await().atMost(KeeperBroker.PATIENCE)
                .until(() -> room.broker().metric("firn_retention_segments_dropped_total") > 0);
    }

    @Test
    void backAgainItServesItsTopic() throws IOException {
        Files.delete(jar);
        room.start("firn.plugins.without=keeper");
        assertOffline(room.pull("T", 0));
        room.close();
        Keeper.jar("1.0.0").into(room.jars, "keeper.jar");

        room.start();

        assertThat(room.pulled("T", 0)).containsExactly("m0", "m1", "m2");
    }

    @Test
    void itIsNotDetachedWhileSomethingDependsOnIt() {
        room.shared.put("needed", true);

        room.start("firn.plugins.detach=keeper");

        assertThat(page("/health")).contains("keeper is not detached: these need it: topic T");
        assertThat(room.pulled("T", 0)).containsExactly("m0", "m1", "m2");
        room.close();
        room.start();
        assertThat(room.shared.get("started")).isEqualTo("1.0.0");
    }

    @Test
    void detachedItIsNotNeededAnyMoreAndItsTopicIsTheLocalStores() throws IOException {
        room.start("firn.plugins.detach=keeper");

        assertThat(room.shared.get("stopping")).isEqualTo("DETACH");
        assertThat(page("/health")).doesNotContain("not detached");
        assertThat(room.audit()).contains("keeper@1.0.0 DETACHED");
        assertThat(room.pulled("T", 0)).containsExactly("m0", "m1", "m2");
        room.close();
        Files.delete(jar);
        room.start();
        assertThat(room.pulled("T", 0)).containsExactly("m0", "m1", "m2");
        assertThat(room.send("T", "m3").code()).isEqualTo(ResponseCode.SUCCESS);
    }

    @Test
    void detachingWhatIsNotThereSaysSo() throws IOException {
        Files.delete(jar);

        room.start("firn.plugins.detach=keper", "firn.plugins.without=keeper");

        assertThat(page("/health")).contains("keper is not detached: there is no plugin keper");
    }
}
