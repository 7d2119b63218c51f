package io.firn.broker.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.RunningBroker;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import java.nio.charset.StandardCharsets;

/** Sends and pulls through everything. Owner: the test's thread. */
final class HealthyClient {

    private static final String TOPIC = "Healthy";

    private final RunningBroker broker;
    private long next;

    HealthyClient(RunningBroker broker) {
        this.broker = broker;
    }

    /** Sends one message and reads it. */
    void check(Object context) {
        String body = "healthy " + next;
        RemotingCommand sent = broker.call(
                        RequestCode.SEND_MESSAGE_V2,
                        body.getBytes(StandardCharsets.UTF_8),
                        RunningBroker.sendFields(TOPIC, 0, "TAGS\u0001t\u0002"))
                .join();
        assertThat(sent.code()).as("%s: %s", context, sent.remark()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(sent.ext().get("queueOffset")).as("%s", context).isEqualTo(Long.toString(next));
        RemotingCommand pulled = broker.ask(
                RequestCode.PULL_MESSAGE,
                RunningBroker.pullFields(TOPIC, 0, next, "sysFlag", "6", "suspendTimeoutMillis", "20000"));
        assertThat(pulled.code()).as("%s: %s", context, pulled.remark()).isEqualTo(ResponseCode.SUCCESS);
        assertThat(RunningBroker.bodies(pulled)).as("%s", context).containsExactly(body);
        next++;
    }
}
