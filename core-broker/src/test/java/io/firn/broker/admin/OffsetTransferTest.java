package io.firn.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.group.Offsets;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Offsets of one group for another, and groups compared, over a socket. */
final class OffsetTransferTest {

    @TempDir
    Path root;

    private AdminRoom room;
    private Offsets offsets;

    @BeforeEach
    void open() {
        room = AdminRoom.open(root);
        room.createTopic("T1", 2);
        room.createTopic("T2", 1);
        offsets = room.groups.offsets();
        room.groups.configs().ensure("G1").join();
        offsets.commit("G1", "T1", 0, 7);
        offsets.commit("G1", "T1", 1, 8);
        offsets.commit("G1", "T2", 0, 9);
    }

    @AfterEach
    void close() {
        room.close();
        assertThat(room.faults).isEmpty();
    }

    @Test
    void copiesOneTopicOrAll() {
        assertThat(copy("G1", "G2", "topic", "T1").code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(offsets.of("G2", "T1")).isEqualTo(Map.of(0, 7L, 1, 8L));
        assertThat(offsets.of("G2", "T2")).isEmpty();
        assertThat(room.groups.configs().find("G2")).isNotNull();

        assertThat(copy("G1", "G3").code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(offsets.topicsOf("G3")).containsExactly("T1", "T2");
    }

    @Test
    void leavesTopicsOutThatAConnectedGroupGaveUp() {
        room.heartbeat("client-1", "PG", "G1", "T2");

        RemotingCommand named = copy("G1", "G2", "topic", "T1");
        assertThat(named.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
        assertThat(named.remark()).contains("does not subscribe to topic T1", "offline=true");
        assertThat(copy("G1", "G2").code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(offsets.topicsOf("G2")).containsExactly("T2");
        assertThat(copy("G1", "G2", "topic", "T1", "offline", "true").code()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(offsets.topicsOf("G2")).containsExactly("T1", "T2");
    }

    @Test
    void saysWhatCanNotBeCopied() {
        assertThat(copy("G9", "G2").code()).isEqualTo(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST);
        assertThat(copy("G1", "G2", "topic", "T9").code()).isEqualTo(ResponseCode.TOPIC_NOT_EXIST);
        assertThat(copy("G1", "not a name").code()).isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThat(copy("G1", "G2", "offline", "perhaps").remark()).contains("offline");
        room.groups.configs().ensure("G4").join();
        assertThat(copy("G4", "G2", "topic", "T1").remark()).contains("no offsets in topic T1");
        assertThat(offsets.topicsOf("G2")).isEmpty();
        assertThat(room.groups.configs().find("G2")).isNull();
    }

    @Test
    void comparesAGroupWithTheSlowestOfTheOthers() {
        offsets.commit("G2", "T1", 0, 5);
        offsets.commit("G2", "T1", 1, 20);
        offsets.commit("Ignored", "T1", 0, 1);

        assertThat(corrections("topic", "T1", "compareGroup", "G1", "filterGroups", "Ignored,Other"))
                .isEqualTo("{\"correctionOffsets\":{\"0\":5,\"1\":8}}");
        assertThat(corrections("topic", "T1", "compareGroup", "G2", "filterGroups", "G2,Ignored"))
                .isEqualTo("{\"correctionOffsets\":{\"0\":" + Long.MAX_VALUE + ",\"1\":8}}");
        assertThat(corrections("topic", "T9", "compareGroup", "G1")).isEqualTo("{\"correctionOffsets\":{}}");
    }

    private RemotingCommand copy(String source, String target, String... more) {
        String[] fields = new String[more.length + 4];
        System.arraycopy(new String[] {"srcGroup", source, "destGroup", target}, 0, fields, 0, 4);
        System.arraycopy(more, 0, fields, 4, more.length);
        return room.ask(RequestCode.CLONE_GROUP_OFFSET, fields);
    }

    private String corrections(String... fields) {
        return AdminRoom.text(room.ask(RequestCode.QUERY_CORRECTION_OFFSET, fields));
    }
}
