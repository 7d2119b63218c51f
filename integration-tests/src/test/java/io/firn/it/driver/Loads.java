package io.firn.it.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;

/**
 * Endless sending until told to stop, also while the broker is away: each message once, never again, and an event for
 * each acknowledgement. {@code batch=n} sends batches of n; a batch is acknowledged as a whole.
 */
final class Loads {

    private static final long PAUSE_AFTER_FAILURE_NS = 50_000_000;

    private final Sends sends;
    private final Answers answers;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private volatile boolean running;

    Loads(Sends sends, Answers answers) {
        this.sends = sends;
        this.answers = answers;
    }

    /** {@code load producer=… topic=… prefix=… threads=… [batch=1 | queue=…] [size=…] [tags=…]}. */
    void start(Line command) {
        running = true;
        DefaultMQProducer producer = sends.producer(command.get("producer"));
        int batch = command.number("batch", 1);
        for (int i = 0; i < command.number("threads", 1); i++) {
            Thread thread = new Thread(() -> run(producer, command, batch), "load-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    /** Ends the load and returns the number of ids used. */
    int stop() throws InterruptedException {
        running = false;
        for (Thread thread : threads) {
            thread.join();
        }
        threads.clear();
        return next.get();
    }

    private void run(DefaultMQProducer producer, Line command, int batch) {
        while (running) {
            int first = next.getAndAdd(batch);
            List<Message> messages = Sends.messages(command.with("first", first).with("count", batch));
            try {
                report(command, first, batch, send(producer, command, messages));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (Exception unanswered) {
                answers.print(Line.of(
                        "event",
                        "what",
                        "failed",
                        "id",
                        command.get("prefix") + "-" + first,
                        "message",
                        unanswered.toString()));
                LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NS);
            }
        }
    }

    private static SendResult send(DefaultMQProducer producer, Line command, List<Message> messages) throws Exception {
        if (command.fields().containsKey("queue")) {
            return producer.send(messages.get(0), Sends.queue(producer, command));
        }
        return messages.size() == 1 ? producer.send(messages.get(0)) : producer.send(messages);
    }

    private void report(Line command, int first, int batch, SendResult result) {
        if (result.getSendStatus() != SendStatus.SEND_OK) {
            answers.print(Line.of("event", "what", "status", "status", result.getSendStatus()));
            return;
        }
        String[] positions = result.getOffsetMsgId().split(",", -1);
        for (int i = 0; i < batch; i++) {
            answers.print(Line.of(
                    "event",
                    "what",
                    "ack",
                    "id",
                    command.get("prefix") + "-" + (first + i),
                    "queue",
                    result.getMessageQueue().getQueueId(),
                    "offset",
                    result.getQueueOffset() + i,
                    "offsetMsgId",
                    positions[i]));
        }
    }
}
