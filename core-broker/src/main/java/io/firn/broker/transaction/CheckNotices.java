package io.firn.broker.transaction;

import io.firn.broker.group.Member;
import io.firn.broker.group.Members;
import io.firn.broker.record.EncodedRecords;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageId;
import io.firn.broker.record.RecordEncoder;
import io.firn.broker.server.Connection;
import io.firn.broker.topic.TopicName;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.RequestCode;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks a connected producer what became of its transaction (code 39, one-way); the answer comes as a request to end it.
 * The producers of a group are asked in turns. Owner: who holds the monitor of {@link CheckBack}.
 */
final class CheckNotices {

    private static final ExtKey OFFSET = ExtKey.of("tranStateTableOffset");
    private static final ExtKey POSITION = ExtKey.of("commitLogOffset");
    private static final ExtKey UNIQUE_ID = ExtKey.of("msgId");
    private static final ExtKey TRANSACTION_ID = ExtKey.of("transactionId");
    private static final ExtKey MESSAGE_ID = ExtKey.of("offsetMsgId");
    private static final ExtKey TOPIC = ExtKey.of("topic");
    private static final ExtKey BROKER = ExtKey.of("bname");

    private final Members members;
    private final String brokerName;
    private final RecordEncoder encoder;
    private int turn;

    CheckNotices(Members members, String brokerName, HostAddress host) {
        this.members = members;
        this.brokerName = brokerName;
        this.encoder = new RecordEncoder(host, Integer.MAX_VALUE);
    }

    /** Asks one producer of the group; false when none is connected. */
    boolean ask(HalfRecord half, String realTopic, int checks) {
        Connection producer = producerOf(half.property(HalfProperties.GROUP));
        if (producer == null) {
            return false;
        }
        producer.notify(RequestCode.CHECK_TRANSACTION_STATE, header(half), body(half, realTopic, checks));
        return true;
    }

    private @Nullable Connection producerOf(@Nullable String group) {
        List<Member> producers = group == null ? List.of() : members.producers(group);
        for (int i = 0; i < producers.size(); i++) {
            turn = (turn + 1) & Integer.MAX_VALUE;
            Connection connection =
                    producers.get(turn % producers.size()).link().connection();
            if (connection.isOpen()) {
                return connection;
            }
        }
        return null;
    }

    private HeaderFields header(HalfRecord half) {
        long offset = half.view().queueOffset();
        long position = half.position();
        String unique = half.property(HalfProperties.UNIQUE_KEY);
        String messageId = new MessageId(half.view().storeHost(), position).toString();
        return out -> {
            out.put(OFFSET, offset);
            out.put(POSITION, position);
            out.put(UNIQUE_ID, unique);
            out.put(TRANSACTION_ID, unique);
            out.put(MESSAGE_ID, messageId);
            out.put(TOPIC, TopicName.TRANSACTION_HALF);
            out.put(BROKER, brokerName);
        };
    }

    /** The message as its producer sent it, at the place of its half. */
    private byte[] body(HalfRecord half, String realTopic, int checks) {
        EncodedRecords record = encoder.encode(StoredMessage.question(half, realTopic, checks));
        record.placed(half.position(), half.view().queueOffset(), half.view().storeTimestamp());
        return record.bytes().asSlice(0, record.length()).toArray(ValueLayout.JAVA_BYTE);
    }
}
