package io.firn.broker.produce;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.firn.broker.RunningBroker;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.server.ClientConfig;
import io.firn.broker.server.IoConfig;
import io.firn.broker.server.IoThreads;
import io.firn.broker.server.RemotingClient;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client that waits for replies, keeps those it gets, and takes them or does not. */
final class Requester implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Closer closer = new Closer();
    private final List<RemotingCommand> replies = new CopyOnWriteArrayList<>();

    /** Connected, and known as a producer of this client id; answers each reply with {@code code}. */
    Requester(RunningBroker broker, String clientId, int code) {
        IoThreads io =
                closer.add(IoThreads.open(IoConfig.from(new ConfigView(Map.of())), Clock.system(), new Metrics()));
        RequestRouter asked = RequestRouter.builder()
                .route(RequestCode.PUSH_REPLY_MESSAGE_TO_CLIENT, (request, from) -> {
                    replies.add(request.detach());
                    return Reply.Now.of(code, null);
                })
                .build();
        RemotingClient client = closer.add(RemotingClient.open(ClientConfig.defaults(), io, asked));
        byte[] heartbeat = """
                {"clientID":"%s","producerDataSet":[{"groupName":"requesters"}],"consumerDataSet":[]}
                """.formatted(clientId).getBytes(UTF_8);
        RemotingCommand answer = client.call(
                        broker.address(), RequestCode.HEART_BEAT, HeaderFields.NONE, heartbeat, PATIENCE)
                .join();
        if (answer.code() != 0) {
            throw new IllegalStateException(answer.remark());
        }
    }

    /** What was pushed so far. */
    List<RemotingCommand> replies() {
        return replies;
    }

    @Override
    public void close() {
        closer.close();
    }
}
