package io.firn.it.driver;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;

/**
 * Messages that name a time, by the methods that version 5 has for them. The driver is compiled against version 4,
 * which has none: they are called by name. Commands come from the driver's main thread.
 */
final class Timed {

    /** By the property that each one sets. */
    private static final Map<String, String> SETTERS =
            Map.of("TIMER_DELAY_MS", "setDelayTimeMs", "TIMER_DELIVER_MS", "setDeliverTimeMs");

    private final Sends sends;
    private final Answers answers;

    Timed(Sends sends, Answers answers) {
        this.sends = sends;
        this.answers = answers;
    }

    /** {@code timedsend producer= topic= prefix= TIMER_DELAY_MS=|TIMER_DELIVER_MS= […]}: rows have a recallHandle. */
    void send(Line command) throws Exception {
        DefaultMQProducer producer = sends.producer(command.get("producer"));
        Method handle = SendResult.class.getMethod("getRecallHandle");
        for (Message message : Sends.messages(command)) {
            setTime(message, command);
            SendResult result = producer.send(message);
            answers.print(Answers.sent("row", Payload.id(message.getBody()), result)
                    .with("recallHandle", handle.invoke(result)));
        }
    }

    private static void setTime(Message message, Line command) throws ReflectiveOperationException {
        for (Map.Entry<String, String> setter : SETTERS.entrySet()) {
            if (command.fields().containsKey(setter.getKey())) {
                long time = command.number(setter.getKey());
                Message.class.getMethod(setter.getValue(), long.class).invoke(message, time);
            }
        }
    }

    /** {@code recall producer= topic= handle=}: answers with the {@code msgId} of what is not to come. */
    Line recall(Line command) throws Exception {
        DefaultMQProducer producer = sends.producer(command.get("producer"));
        Method recall = DefaultMQProducer.class.getMethod("recallMessage", String.class, String.class);
        try {
            return Line.of("ok", "msgId", recall.invoke(producer, command.get("topic"), command.get("handle")));
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception refusal) {
                throw refusal;
            }
            throw e;
        }
    }
}
