package io.firn.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.group.GroupConfig;
import io.firn.broker.group.Offsets;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.GroupForbiddenBody;
import io.firn.broker.wire.body.SubscriptionGroupBody;
import io.firn.broker.wire.body.SubscriptionGroupTable;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What tools do to consumer groups, over a socket. */
final class GroupCodesTest {

    @TempDir
    Path root;

    @Test
    void createsAGroupWithDefaultsForWhatIsLeftOut() {
        try (AdminRoom room = AdminRoom.open(root)) {
            RemotingCommand answer = room.askWithBody(
                    RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP,
                    "{\"groupName\":\"G1\",\"consumeBroadcastEnable\":false,\"retryMaxTimes\":3}");

            assertThat(answer.code()).isEqualTo(ResponseCode.SUCCESS);
            assertThat(room.groups.configs().find("G1"))
                    .isNotNull()
                    .extracting(GroupConfig::consumes, GroupConfig::broadcasts, GroupConfig::retryMax)
                    .containsExactly(true, false, 3);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"groupName\":\"G 1\"};29;illegal character",
                "{};29;empty",
                "{\"groupName\":\"CG\",\"retryMaxTimes\":\"many\"};1;not the JSON",
                "'';1;empty"
            })
    void refusesAGroupThatIsNotGood(String body, int code, String why) {
        try (AdminRoom room = AdminRoom.open(root)) {
            RemotingCommand answer = room.askWithBody(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, body);

            assertThat(answer.code()).isEqualTo(code);
            assertThat(answer.remark()).contains(why);
        }
    }

    @Test
    void createsAListOfGroupsOrNone() {
        try (AdminRoom room = AdminRoom.open(root)) {
            int code = RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST;

            assertThat(room.askWithBody(code, "{\"groupConfigList\":[{\"groupName\":\"G1\"},{\"groupName\":\"\"}]}")
                            .code())
                    .isEqualTo(ResponseCode.INVALID_PARAMETER);
            assertThat(room.groups.configs().find("G1")).isNull();
            assertThat(room.askWithBody(code, "{}").remark()).contains("no groupConfigList");
            assertThat(room.askWithBody(code, "{\"groupConfigList\":[{\"groupName\":\"G1\"},{\"groupName\":\"G2\"}]}")
                            .code())
                    .isEqualTo(ResponseCode.SUCCESS);
            assertThat(room.groups.configs().all()).containsKeys("G1", "G2");
        }
    }

    @Test
    void showsAllGroupsAndWhatTheyMayNotRead() {
        try (AdminRoom room = AdminRoom.open(root)) {
            room.groups.configs().put(SubscriptionGroupBody.defaults("G1")).join();
            room.groups
                    .configs()
                    .setReading("G1", "T1", GroupConfig.Reading.FORBIDDEN)
                    .join();

            RemotingCommand answer = room.ask(RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG);

            SubscriptionGroupTable table = room.bodyOf(answer, SubscriptionGroupTable.class);
            assertThat(table.subscriptionGroupTable()).containsKeys("G1", "TOOLS_CONSUMER");
            assertThat(table.forbiddenTable()).containsOnlyKeys("G1");
            assertThat(answer.ext().intOr("totalGroupNum", -1))
                    .isEqualTo(table.subscriptionGroupTable().size());
        }
    }

    @Test
    void createsAGroupThatAToolAsksFor() {
        try (AdminRoom room = AdminRoom.open(root)) {
            RemotingCommand answer = room.ask(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, "group", "G1");

            assertThat(room.bodyOf(answer, SubscriptionGroupBody.class))
                    .isEqualTo(SubscriptionGroupBody.defaults("G1"));
            assertThat(room.groups.configs().find("G1")).isNotNull();
        }
    }

    @Test
    void createsNoGroupWhenThatIsSwitchedOff() {
        try (AdminRoom room = AdminRoom.open(root, "autoCreateSubscriptionGroup=false")) {
            assertThat(room.ask(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, "group", "G1")
                            .code())
                    .isEqualTo(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cleanOffset", "removeOffset"})
    void deletesAGroupAndForgetsItsOffsetsWhenAsked(String field) {
        try (AdminRoom room = AdminRoom.open(root)) {
            for (String group : new String[] {"G1", "G2"}) {
                room.groups.configs().put(SubscriptionGroupBody.defaults(group)).join();
                room.groups.offsets().commit(group, "T1", 0, 5);
            }

            room.ask(RequestCode.DELETE_SUBSCRIPTIONGROUP, "groupName", "G1", field, "true");
            room.ask(RequestCode.DELETE_SUBSCRIPTIONGROUP, "groupName", "G2", field, "false");

            assertThat(room.groups.configs().all()).doesNotContainKeys("G1", "G2");
            assertThat(room.groups.offsets().query("G1", "T1", 0)).isEqualTo(Offsets.NONE);
            assertThat(room.groups.offsets().query("G2", "T1", 0)).isEqualTo(5);
        }
    }

    @Test
    void deletingAGroupNeedsAName() {
        try (AdminRoom room = AdminRoom.open(root)) {
            RemotingCommand answer = room.ask(RequestCode.DELETE_SUBSCRIPTIONGROUP);

            assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
            assertThat(answer.remark()).contains("groupName");
        }
    }

    @Test
    void forbidsAGroupToReadATopicAndAllowsItAgain() {
        try (AdminRoom room = AdminRoom.open(root)) {
            room.groups.configs().put(SubscriptionGroupBody.defaults("G1")).join();

            assertThat(forbidden(room)).isEqualTo(new GroupForbiddenBody("T1", "G1", true));
            assertThat(forbidden(room, "readable", "false")).isEqualTo(new GroupForbiddenBody("T1", "G1", false));
            assertThat(forbidden(room)).isEqualTo(new GroupForbiddenBody("T1", "G1", false));
            assertThat(room.groups.configs().find("G1")).isNotNull().matches(group -> !group.mayRead("T1"));
            assertThat(forbidden(room, "readable", "true")).isEqualTo(new GroupForbiddenBody("T1", "G1", true));
            assertThat(room.ask(
                                    RequestCode.UPDATE_AND_GET_GROUP_FORBIDDEN,
                                    "group",
                                    "G9",
                                    "topic",
                                    "T1",
                                    "readable",
                                    "false")
                            .code())
                    .isEqualTo(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST);
        }
    }

    private static GroupForbiddenBody forbidden(AdminRoom room, String... more) {
        String[] fields = {
            "group", "G1", "topic", "T1", more.length == 0 ? "ignored" : more[0], more.length == 0 ? "" : more[1]
        };
        return room.bodyOf(room.ask(RequestCode.UPDATE_AND_GET_GROUP_FORBIDDEN, fields), GroupForbiddenBody.class);
    }
}
