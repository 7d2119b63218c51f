package io.firn.broker.transaction;

import static io.firn.broker.RunningBroker.sendFields;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.firn.broker.RunningBroker;
import io.firn.broker.record.MessageId;
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
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client that sends first halves, ends them when the test says so, and keeps what it is asked. */
final class TestProducer implements AutoCloseable {

    static final int COMMIT = 8;
    static final int ROLLBACK = 12;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Closer closer = new Closer();
    private final RemotingClient client;
    private final String address;
    private final String group;
    private final List<RemotingCommand> questions = new CopyOnWriteArrayList<>();

    TestProducer(RunningBroker broker, String group) {
        this.address = broker.address();
        this.group = group;
        IoThreads io =
                closer.add(IoThreads.open(IoConfig.from(new ConfigView(Map.of())), Clock.system(), new Metrics()));
        RequestRouter asked = RequestRouter.builder()
                .route(RequestCode.CHECK_TRANSACTION_STATE, (request, from) -> {
                    questions.add(request.detach());
                    return Reply.NONE;
                })
                .build();
        this.client = closer.add(RemotingClient.open(ClientConfig.defaults(), io, asked));
    }

    /** Where a half message is. */
    record Half(long offset, long position, String messageId) {}

    /** Makes the group known to the broker. */
    void heartbeat() {
        RemotingCommand answer = call(RequestCode.HEART_BEAT, """
                {"clientID":"%s-client","producerDataSet":[{"groupName":"%s"}],"consumerDataSet":[]}
                """.formatted(group, group));
        if (answer.code() != 0) {
            throw new IllegalStateException(answer.remark());
        }
    }

    Half prepare(String topic, String body, String... properties) {
        RemotingCommand answer = send(topic, body, properties);
        if (answer.code() != 0) {
            throw new IllegalStateException(answer.code() + " " + answer.remark());
        }
        String id = answer.ext().required("msgId");
        return new Half(
                answer.ext().requiredLong("queueOffset"), MessageId.parse(id).position(), id);
    }

    RemotingCommand send(String topic, String body, String... properties) {
        StringBuilder all = new StringBuilder("TRAN_MSG\u0001true\u0002PGROUP\u0001" + group + "\u0002");
        for (int i = 0; i < properties.length; i += 2) {
            all.append(properties[i]).append('\u0001').append(properties[i + 1]).append('\u0002');
        }
        return call(RequestCode.SEND_MESSAGE_V2, body, sendFields(topic, 1, all.toString(), "f", "4"));
    }

    RemotingCommand end(Half half, int decision, String... more) {
        String[] fields = {
            "producerGroup",
            group,
            "tranStateTableOffset",
            Long.toString(half.offset),
            "commitLogOffset",
            Long.toString(half.position),
            "commitOrRollback",
            Integer.toString(decision),
            "fromTransactionCheck",
            "false",
            "msgId",
            half.messageId
        };
        for (int i = 0; i < more.length; i += 2) {
            for (int j = 0; j < fields.length; j += 2) {
                if (fields[j].equals(more[i])) {
                    fields[j + 1] = more[i + 1];
                }
            }
        }
        return call(RequestCode.END_TRANSACTION, "", fields);
    }

    /** What the broker asked so far. */
    List<RemotingCommand> questions() {
        return questions;
    }

    RemotingCommand call(int code, String body, String... fields) {
        return client.call(
                        address,
                        code,
                        out -> {
                            for (int i = 0; i < fields.length; i += 2) {
                                out.put(ExtKey.of(fields[i]), fields[i + 1]);
                            }
                        },
                        body.getBytes(UTF_8),
                        PATIENCE)
                .join();
    }

    @Override
    public void close() {
        closer.close();
    }
}
