package io.firn.it.driver;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.client.producer.TransactionSendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;

/** Producers of transactions. Each question of the broker becomes an event {@code what=check} with {@code producer=name}. */
final class Transactions {

    private final String nameServer;
    private final Answers answers;
    private final Map<String, TransactionMQProducer> producers = new ConcurrentHashMap<>();

    Transactions(String nameServer, Answers answers) {
        this.nameServer = nameServer;
        this.answers = answers;
    }

    /** {@code txproducer name= group= topic= [check=COMMIT_MESSAGE|ROLLBACK_MESSAGE|UNKNOW]}: what it says when it is asked. */
    void open(Line command) throws Exception {
        String name = command.get("name");
        LocalTransactionState answer = LocalTransactionState.valueOf(command.get("check", "UNKNOW"));
        TransactionMQProducer producer = new TransactionMQProducer(command.get("group"));
        producer.setNamesrvAddr(nameServer);
        producer.setInstanceName(name);
        producer.setSendMsgTimeout(10_000);
        producer.setPollNameServerInterval(1_000);
        producer.setHeartbeatBrokerInterval(1_000);
        producer.setTransactionListener(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(Message message, Object decision) {
                return (LocalTransactionState) decision;
            }

            @Override
            public LocalTransactionState checkLocalTransaction(MessageExt message) {
                answers.print(
                        Answers.message("event", message).with("what", "check").with("producer", name));
                return answer;
            }
        });
        producer.start();
        // the topic may be new to the name server
        String topic = command.get("topic");
        Routes.patiently(() -> producer.fetchPublishMessageQueues(topic));
        producers.put(name, producer);
    }

    /** {@code txsend producer= topic= prefix= count= local=COMMIT_MESSAGE|ROLLBACK_MESSAGE|UNKNOW [first= props= …]}. */
    void send(Line command) throws Exception {
        TransactionMQProducer producer = producers.get(command.get("producer"));
        if (producer == null) {
            throw new IllegalArgumentException("no producer " + command.get("producer"));
        }
        LocalTransactionState decision = LocalTransactionState.valueOf(command.get("local"));
        for (Message message : Sends.messages(command)) {
            TransactionSendResult result = producer.sendMessageInTransaction(message, decision);
            answers.print(Answers.sent("row", Payload.id(message.getBody()), result)
                    .with("local", result.getLocalTransactionState()));
        }
    }

    boolean close(String name) {
        TransactionMQProducer producer = producers.remove(name);
        if (producer != null) {
            producer.shutdown();
        }
        return producer != null;
    }
}
