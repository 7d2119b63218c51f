package io.firn.it.driver;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.RequestCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.utils.MessageUtil;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * Producers that wait for replies, and consumers that reply: to the request {@code id} with a body {@code re-id} of the
 * same size. What became of a reply is an event {@code what=replied} with {@code replier=name}.
 */
final class Requests {

    private final String nameServer;
    private final Sends sends;
    private final Answers answers;
    private final Map<String, Replier> repliers = new ConcurrentHashMap<>();

    Requests(String nameServer, Sends sends, Answers answers) {
        this.nameServer = nameServer;
        this.sends = sends;
        this.answers = answers;
    }

    /** {@code request producer= topic= prefix= count= [timeout=20000] [mode=sync|async|unheard] …}: a row for each reply. */
    void request(Line command) throws Exception {
        DefaultMQProducer producer = sends.producer(command.get("producer"));
        long timeout = command.number("timeout", DriverMain.PATIENCE_MS);
        List<Message> messages = Sends.messages(command);
        switch (command.get("mode", "sync")) {
            case "sync" -> {
                for (Message message : messages) {
                    answers.print(Answers.message("row", (MessageExt) producer.request(message, timeout)));
                }
            }
            case "async" -> {
                Heard heard = new Heard(messages.size());
                for (Message message : messages) {
                    producer.request(message, heard, timeout);
                }
                if (!heard.open.await(60, TimeUnit.SECONDS)) {
                    throw new IllegalStateException(heard.open.getCount() + " callbacks never came");
                }
            }
            // whoever sends it is gone before the reply comes
            case "unheard" -> {
                for (Message message : messages) {
                    producer.request(message, new Heard(messages.size()), timeout);
                }
            }
            default -> throw new IllegalArgumentException("no such mode: " + command.get("mode"));
        }
    }

    /** {@code replier name= group= topic= [hold=true]}: {@code hold} keeps requests until {@code reply}. */
    void open(Line command) throws Exception {
        String name = command.get("name");
        Replier replier = new Replier(name, Boolean.parseBoolean(command.get("hold", "false")));
        replier.open(command.get("group"), command.get("topic"));
        repliers.put(name, replier);
    }

    /** {@code reply name=}: answers the next request that is held, waiting for it. */
    void reply(Line command) throws Exception {
        Replier replier = repliers.get(command.get("name"));
        if (replier == null) {
            throw new IllegalArgumentException("no replier " + command.get("name"));
        }
        MessageExt request = replier.held.poll(60, TimeUnit.SECONDS);
        if (request == null) {
            throw new IllegalStateException("no request came");
        }
        replier.reply(request);
    }

    boolean close(String name) {
        Replier replier = repliers.remove(name);
        if (replier != null) {
            replier.close();
        }
        return replier != null;
    }

    private final class Replier {

        private final String name;
        private final boolean hold;
        private final BlockingQueue<MessageExt> held = new LinkedBlockingQueue<>();
        private final DefaultMQProducer producer;
        private final DefaultMQPushConsumer consumer;

        Replier(String name, boolean hold) {
            this.name = name;
            this.hold = hold;
            this.producer = new DefaultMQProducer("P_" + name);
            this.consumer = new DefaultMQPushConsumer();
        }

        void open(String group, String topic) throws Exception {
            producer.setNamesrvAddr(nameServer);
            producer.setInstanceName("P_" + name);
            producer.setSendMsgTimeout(DriverMain.PATIENCE_MS);
            producer.setMqClientApiTimeout(DriverMain.PATIENCE_MS);
            producer.start();
            consumer.setConsumerGroup(group);
            consumer.setNamesrvAddr(nameServer);
            consumer.setInstanceName(name);
            consumer.setPollNameServerInterval(1_000);
            consumer.setMqClientApiTimeout(DriverMain.PATIENCE_MS);
            consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
            consumer.subscribe(topic, "*");
            consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
                for (MessageExt message : messages) {
                    if (hold) {
                        held.add(message);
                    } else {
                        reply(message);
                    }
                }
                return ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            });
            consumer.start();
        }

        private void reply(MessageExt request) {
            String id = "re-" + Payload.id(request.getBody());
            Line outcome = Line.of("event", "what", "replied", "replier", name, "id", id);
            try {
                Message reply = MessageUtil.createReplyMessage(request, Payload.of(id, request.getBody().length));
                reply.putUserProperty("question", request.getMsgId());
                SendResult result = producer.send(reply);
                outcome = outcome.with("status", result.getSendStatus())
                        .with("offsetMsgId", String.valueOf(result.getOffsetMsgId()))
                        .with("topic", reply.getTopic());
            } catch (MQClientException e) {
                // all attempts failed; the last refusal is its cause
                outcome = outcome.with("status", "REFUSED")
                        .with("code", e.getResponseCode())
                        .with("message", String.valueOf(e.getCause()));
            } catch (Exception e) {
                outcome = outcome.with("status", "FAILED").with("message", e.toString());
            }
            answers.print(outcome.with("requester", request.getProperty("REPLY_TO_CLIENT")));
        }

        void close() {
            consumer.shutdown();
            producer.shutdown();
        }
    }

    private final class Heard implements RequestCallback {

        private final CountDownLatch open;

        Heard(int count) {
            this.open = new CountDownLatch(count);
        }

        @Override
        public void onSuccess(Message reply) {
            answers.print(Answers.message("row", (MessageExt) reply));
            open.countDown();
        }

        @Override
        public void onException(Throwable e) {
            answers.print(Line.of("event", "what", "unheard", "message", e.toString()));
            open.countDown();
        }
    }
}
