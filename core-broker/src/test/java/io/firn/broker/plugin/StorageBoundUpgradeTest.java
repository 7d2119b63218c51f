package io.firn.broker.plugin;

import static io.firn.broker.RunningBroker.bodies;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.RunningBroker;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin that owns data is replaced while clients read its topic, with a real jar in a whole broker. */
final class StorageBoundUpgradeTest {

    @TempDir
    private Path root;

    private KeeperBroker room;

    @BeforeEach
    void makeRoom() {
        room = new KeeperBroker(root);
        Keeper.jar("1.0.0").into(room.jars, "keeper.jar");
    }

    @AfterEach
    void closeRoom() {
        room.close();
    }

    @Test
    void readersWaitForTheSuccessorAndNeverSeeTheLocalView() throws Exception {
        room.start();
        room.fill("T", 3);
        CompletableFuture<RemotingCommand> parked = room.park("T", 3);
        CountDownLatch gate = Keeper.holdUpgrade(room.shared);

        Keeper.jar("1.1.0").into(room.jars, "keeper.jar");
        await().atMost(KeeperBroker.PATIENCE).until(() -> "UPGRADE".equals(room.shared.get("stopping")));
        RemotingCommand meanwhile = room.pull("T", 0);
        RemotingCommand range = room.broker().ask(RequestCode.GET_MIN_OFFSET, "topic", "T", "queueId", "0");

        assertThat(meanwhile.code()).isEqualTo(ResponseCode.PULL_RETRY_IMMEDIATELY);
        assertThat(meanwhile.ext().get("nextBeginOffset")).isEqualTo("0");
        assertThat(range.code()).isEqualTo(ResponseCode.SYSTEM_BUSY);
        assertThat(range.remark()).contains("topic T", "try again");
        assertThat(parked).isNotDone();

        gate.countDown();
        assertThat(room.pulled("T", 0)).containsExactly("m0", "m1", "m2");
        assertThat(room.shared.get("started")).isEqualTo("1.1.0");
        room.send("T", "m3");
        assertThat(awaited(parked)).contains("m3");
        assertThat(room.audit())
                .contains("keeper@1.0.0 STOPPING -> STOPPED for keeper@1.1.0", "keeper@1.1.0 STARTING -> ACTIVE");
    }

    /** A parked pull is answered with the message, or told to ask again and then is. */
    private String awaited(CompletableFuture<RemotingCommand> parked) {
        RemotingCommand answer = parked.join();
        return answer.code() == ResponseCode.SUCCESS
                ? String.join(",", bodies(answer))
                : String.join(",", room.pulled("T", 3));
    }

    @Test
    void theOldOneComesBackWhenTheNewOneDoesNotStart() throws Exception {
        room.shared.put("fail 2.0.0", true);
        room.start();
        room.fill("T", 3);

        Keeper.jar("2.0.0").into(room.jars, "keeper-2.jar");

        await().atMost(KeeperBroker.PATIENCE).until(() -> plugins().contains("keeper-2.jar"));
        await().atMost(KeeperBroker.PATIENCE).until(() -> plugins().contains("REFUSED"));
        assertThat(plugins())
                .contains("keeper@2.0.0 did not start, keeper@1.0.0 is used on", "it can not, on purpose")
                .contains("\"version\": \"1.0.0\"");
        assertThat(room.pulled("T", 0)).containsExactly("m0", "m1", "m2");

        room.close();
        room.start();

        assertThat(room.shared.get("started")).isEqualTo("1.0.0");
        assertThat(plugins()).contains("keeper@2.0.0 did not start, keeper@1.0.0 is used");
        assertThat(room.pulled("T", 0)).containsExactly("m0", "m1", "m2");
    }

    private String plugins() throws IOException {
        return get(room.broker(), "/v1/plugins");
    }

    private static String get(RunningBroker broker, String path) throws IOException {
        try (InputStream in = URI.create(broker.admin() + path).toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void itsTopicsAreOfflineAndItsHoldsStayWhenNoneComesBack() throws Exception {
        room.start();
        room.fill("T", 3);
        room.shared.put("fail 1.0.0", true);
        room.shared.put("fail 1.1.0", true);

        Keeper.jar("1.1.0").into(room.jars, "keeper.jar");

        await().atMost(KeeperBroker.PATIENCE).until(() -> room.pull("T", 0).code() == ResponseCode.SYSTEM_ERROR);
        assertThat(room.pull("T", 0).remark()).contains("plugin keeper@1.0.0", "is stopped");
        assertThat(room.audit()).contains("WITHHELD did not start again after an upgrade");
        int segments = fillSegments();
        assertThat(room.segments()).isGreaterThanOrEqualTo(segments);

        room.shared.remove("fail 1.1.0");
        Keeper.jar("1.1.0").with("Plugin-Description", "again").into(room.jars, "keeper.jar");

        assertThat(room.pulled("T", 0)).containsExactly("m0", "m1", "m2");
    }

    /** Fills three segments and has retention look; how many there must be. */
    private int fillSegments() {
        String body = "x".repeat(200_000);
        room.createTopic("U");
        for (int i = 0; i < 16; i++) {
            assertThat(room.send("U", body).code()).isEqualTo(ResponseCode.SUCCESS);
        }
        await().atMost(KeeperBroker.PATIENCE)
                .until(() -> !room.broker().plane().held().isEmpty());
        return 3;
    }

    @Test
    void aJarThatDisownsTheDataDoesNotReplaceIt() throws Exception {
        room.start();
        room.fill("T", 1);

        Keeper.jar("1.1.0").with("Firn-Storage-Bound", "false").into(room.jars, "keeper.jar");

        await().atMost(KeeperBroker.PATIENCE).until(() -> plugins().contains("REFUSED"));
        assertThat(get(room.broker(), "/v1/plugins"))
                .contains("keeper@1.1.0 does not replace keeper@1.0.0: it says that it owns no data");
        assertThat(room.shared).doesNotContainKey("stopping");
        assertThat(room.pulled("T", 0)).containsExactly("m0");
    }
}
