package io.firn.it.driver;

import java.io.PrintStream;
import java.util.TreeMap;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.MessageExt;

/** The driver's standard output: whole lines, from any thread; rows and ends carry the number of their command. */
final class Answers {

    private final PrintStream out;
    private volatile String command = "0";

    Answers(PrintStream out) {
        this.out = out;
    }

    /** Everything but events answers this command from now on. Main thread. */
    void answering(String number) {
        command = number;
    }

    synchronized void print(Line line) {
        out.println(
                line.kind().equals("event")
                        ? line.encode()
                        : line.with(Line.NUMBER, command).encode());
        out.flush();
    }

    /** One message as {@code row} or {@code event}. */
    static Line message(String kind, MessageExt message) {
        byte[] body = message.getBody();
        TreeMap<String, String> properties = new TreeMap<>(message.getProperties());
        StringBuilder text = new StringBuilder();
        properties.forEach(
                (key, value) -> text.append(key).append('\1').append(value).append('\2'));
        return Line.of(
                kind,
                "id",
                Payload.id(body),
                "size",
                body.length,
                "intact",
                Payload.isIntact(body),
                "topic",
                message.getTopic(),
                "queue",
                message.getQueueId(),
                "offset",
                message.getQueueOffset(),
                "position",
                message.getCommitLogOffset(),
                "tags",
                String.valueOf(message.getTags()),
                "keys",
                String.valueOf(message.getKeys()),
                "msgId",
                message.getMsgId(),
                "reconsume",
                message.getReconsumeTimes(),
                "storeTime",
                message.getStoreTimestamp(),
                "flag",
                message.getFlag(),
                "bornHost",
                message.getBornHostString(),
                "properties",
                text);
    }

    static Line sent(String kind, String id, SendResult result) {
        return Line.of(
                kind,
                "id",
                id,
                "status",
                result.getSendStatus(),
                "msgId",
                result.getMsgId(),
                "offsetMsgId",
                String.valueOf(result.getOffsetMsgId()),
                "queue",
                result.getMessageQueue().getQueueId(),
                "broker",
                result.getMessageQueue().getBrokerName(),
                "offset",
                result.getQueueOffset());
    }
}
