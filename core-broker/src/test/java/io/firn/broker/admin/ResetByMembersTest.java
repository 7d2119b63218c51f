package io.firn.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.firn.broker.group.Offsets;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.MessageQueue;
import io.firn.broker.wire.body.ResetOffsetBody;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups whose members are told to go on from other offsets, over sockets. */
final class ResetByMembersTest {

    @TempDir
    Path root;

    private AdminRoom room;

    @BeforeEach
    void open() {
        room = AdminRoom.open(root, "useServerSideResetOffset=false");
        room.createTopic("T1", 2);
        for (int i = 0; i < 5; i++) {
            room.store("T1", 0, "message");
        }
    }

    @AfterEach
    void close() {
        room.close();
        assertThat(room.faults).isEmpty();
    }

    @Test
    void tellsTheMembersAndLeavesTheTableAlone() {
        room.heartbeat("client-1", "PG", "CG", "T1");
        room.groups.offsets().commit("CG", "T1", 0, 4);

        RemotingCommand answer = reset("CG", "0", "false");

        Map<MessageQueue, Long> expected = Map.of(queue(0), 0L, queue(1), 0L);
        assertThat(answer.code()).as(answer.remark()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(room.bodyOf(answer, ResetOffsetBody.class).offsetTable()).isEqualTo(expected);
        RemotingCommand told = awaitTold();
        assertThat(told.isOneway()).isTrue();
        assertThat(told.ext().asMap())
                .isEqualTo(Map.of("topic", "T1", "group", "CG", "timestamp", "0", "isForce", "false"));
        assertThat(room.bodyOf(told, ResetOffsetBody.class).offsetTable()).isEqualTo(expected);
        assertThat(room.groups.offsets().query("CG", "T1", 0)).isEqualTo(4);
        assertThat(room.groups.offsets().isResetPending("CG", "T1", 0)).isFalse();
    }

    @Test
    void goesForwardOnlyWithForce() {
        room.heartbeat("client-1", "PG", "CG", "T1");
        room.groups.offsets().commit("CG", "T1", 0, 1);

        ResetOffsetBody kept = room.bodyOf(reset("CG", "-1", "false"), ResetOffsetBody.class);
        ResetOffsetBody forced = room.bodyOf(reset("CG", "-1", "true"), ResetOffsetBody.class);

        assertThat(kept.offsetTable()).containsEntry(queue(0), 1L);
        assertThat(forced.offsetTable()).containsEntry(queue(0), 5L);
    }

    @Test
    void sendsAListToClientsInCpp() {
        room.heartbeat("client-1", "PG", "CG", "T1", "claimedLanguage", "CPP");

        reset("CG", "0", "true", "queueId", "0", "offset", "3");

        assertThat(AdminRoom.text(awaitTold()))
                .isEqualTo("{\"offsetTable\":[{\"topic\":\"T1\",\"brokerName\":\"broker-t\",\"queueId\":0,"
                        + "\"offset\":3}]}");
    }

    @Test
    void saysWhyNobodyIsMoved() {
        room.heartbeat("client-2", "PG", "Old", "T1", "claimedVersion", "27");
        room.heartbeat("client-1", "PG", "CG", "T1");
        room.heartbeat("client-1", "PG", "CG2", "T1");
        room.groups
                .configs()
                .put(io.firn.broker.wire.body.SubscriptionGroupBody.defaults("Off"))
                .join();

        RemotingCommand off = reset("Off", "5", "true");
        RemotingCommand old = reset("Old", "0", "true");

        assertThat(off.code()).isEqualTo(ResponseCode.CONSUMER_NOT_ONLINE);
        assertThat(off.remark())
                .isEqualTo("Consumer not online, so can not reset offset, Group: Off Topic: T1 Timestamp: 5");
        assertThat(old.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(old.remark()).contains("client-2", "too old to be moved: protocol version 27");
        assertThat(room.groups.offsets().query("Off", "T1", 0)).isEqualTo(Offsets.NONE);
    }

    @Test
    void broadcastingGroupsAreAlwaysMovedByTheirMembers(@TempDir Path other) {
        room.close();
        room = AdminRoom.open(other);
        room.createTopic("T1", 1);
        room.askWithBody(RequestCode.HEART_BEAT, """
                {"clientID":"c","producerDataSet":[],"consumerDataSet":[{"groupName":"BG",
                "consumeType":"CONSUME_PASSIVELY","messageModel":"BROADCASTING",
                "consumeFromWhere":"CONSUME_FROM_FIRST_OFFSET","unitMode":false,"subscriptionDataSet":[]}]}
                """);

        reset("BG", "0", "true");

        assertThat(room.bodyOf(awaitTold(), ResetOffsetBody.class).offsetTable())
                .isEqualTo(Map.of(queue(0), 0L));
        assertThat(room.groups.offsets().isResetPending("BG", "T1", 0)).isFalse();
    }

    private RemotingCommand awaitTold() {
        await().until(() -> !room.consumer.resets.isEmpty());
        return room.consumer.resets.remove();
    }

    private RemotingCommand reset(String group, String timestamp, String force, String... more) {
        String[] all = new String[more.length + 8];
        String[] first = {"group", group, "topic", "T1", "timestamp", timestamp, "isForce", force};
        System.arraycopy(first, 0, all, 0, 8);
        System.arraycopy(more, 0, all, 8, more.length);
        return room.ask(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, all);
    }

    private static MessageQueue queue(int id) {
        return new MessageQueue("T1", AdminRoom.BROKER, id);
    }
}
