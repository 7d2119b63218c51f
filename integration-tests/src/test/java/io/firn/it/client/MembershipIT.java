package io.firn.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.harness.RawClient;
import io.firn.it.harness.RawFrame;
import io.firn.it.harness.SharedSut;
import io.firn.it.harness.Sut;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Members of a group are told at once when somebody joins or goes. Stock clients would also find out by themselves,
 * twenty seconds later, so this is asked on the wire.
 */
@ExtendWith(SharedSut.class)
final class MembershipIT {

    private static final int HEARTBEAT = 34;
    private static final int UNREGISTER = 35;
    private static final int CONSUMERS_OF_GROUP = 38;
    private static final int CONSUMERS_CHANGED = 40;

    private final Sut sut;
    private final String group = "Members_" + Long.toString(System.nanoTime(), 36);

    MembershipIT(SharedSut.Fixture fixture) {
        this.sut = fixture.sut();
    }

    @Test
    void joiningAndVanishingIsAnnounced() {
        try (RawClient stays = new RawClient(sut.broker())) {
            heartbeat(stays, "stays", "CLUSTERING");
            try (RawClient comes = new RawClient(sut.broker())) {
                heartbeat(comes, "comes", "CLUSTERING");
                assertChanged(stays);
                assertThat(members(stays)).contains("\"stays\"", "\"comes\"");
            }
            assertChanged(stays);
            assertThat(members(stays)).contains("\"stays\"").doesNotContain("\"comes\"");
        }
    }

    @Test
    void unregisteringIsAnnounced() {
        try (RawClient stays = new RawClient(sut.broker());
                RawClient goes = new RawClient(sut.broker())) {
            heartbeat(stays, "stays", "CLUSTERING");
            heartbeat(goes, "goes", "CLUSTERING");
            assertChanged(stays);
            assertThat(call(
                                    goes,
                                    RawFrame.request(
                                            UNREGISTER, 9, new byte[0], "clientID", "goes", "consumerGroup", group))
                            .code())
                    .isZero();
            assertChanged(stays);
            assertThat(members(stays)).doesNotContain("\"goes\"");
        }
    }

    @Test
    void broadcastingGroupsAreLeftInPeace() {
        try (RawClient first = new RawClient(sut.broker());
                RawClient second = new RawClient(sut.broker())) {
            heartbeat(first, "first", "BROADCASTING");
            heartbeat(second, "second", "BROADCASTING");
            RawFrame answer = first.call(CONSUMERS_OF_GROUP, "consumerGroup", group);
            assertThat(answer.header())
                    .as("the next frame is the answer, nothing was pushed")
                    .contains("\"flag\":1");
        }
    }

    @Test
    void aGroupWithoutMembersIsAnError() {
        try (RawClient client = new RawClient(sut.broker())) {
            assertThat(client.call(CONSUMERS_OF_GROUP, "consumerGroup", "Nobody")
                            .code())
                    .isEqualTo(1);
        }
    }

    private void heartbeat(RawClient client, String clientId, String model) {
        String body = """
                {"clientID":"%s","producerDataSet":[],"consumerDataSet":[{"groupName":"%s","consumeType":"CONSUME_PASSIVELY",\
                "messageModel":"%s","consumeFromWhere":"CONSUME_FROM_LAST_OFFSET","unitMode":false,"subscriptionDataSet":\
                [{"topic":"TBW102","subString":"*","tagsSet":[],"codeSet":[],"subVersion":1,"expressionType":"TAG",\
                "classFilterMode":false}]}]}""".formatted(clientId, group, model);
        RawFrame answer = call(client, RawFrame.request(HEARTBEAT, 1, body.getBytes(StandardCharsets.UTF_8)));
        assertThat(answer.code()).as(answer.header()).isZero();
    }

    // a member may be told of its own arrival before it is answered
    private static RawFrame call(RawClient client, RawFrame request) {
        RawFrame frame = client.call(request);
        while (frame.code() == CONSUMERS_CHANGED && !frame.header().contains("\"flag\":1")) {
            frame = client.read();
        }
        return frame;
    }

    private void assertChanged(RawClient client) {
        RawFrame pushed = client.read();
        assertThat(pushed.code()).as(pushed.header()).isEqualTo(CONSUMERS_CHANGED);
        assertThat(pushed.header()).contains(group).contains("\"flag\":2");
    }

    private String members(RawClient client) {
        RawFrame answer = call(client, RawFrame.request(CONSUMERS_OF_GROUP, 2, new byte[0], "consumerGroup", group));
        return new String(answer.body(), StandardCharsets.UTF_8);
    }
}
