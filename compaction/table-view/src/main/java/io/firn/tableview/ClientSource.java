package io.firn.tableview;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullCallback;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.consumer.PullStatus;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.exception.RemotingException;

/**
 * The stock client's pull consumer, the only one of its consumers that tells where to go on when there was nothing to read. It
 * is in no group's rebalancing and commits nothing. Any thread.
 */
@SuppressWarnings(
        "deprecation") // deprecated for what the lite pull consumer does; the progress over gaps it does not tell
final class ClientSource implements TableSource {

    private final TableOptions options;
    private final DefaultMQPullConsumer consumer;
    private final Map<TableQueue, MessageQueue> known = new ConcurrentHashMap<>();

    private ClientSource(TableOptions options, DefaultMQPullConsumer consumer) {
        this.options = options;
        this.consumer = consumer;
    }

    /** Starts a client; throws when it cannot be started. */
    static ClientSource open(TableOptions options, String instance) throws MQClientException {
        DefaultMQPullConsumer consumer = new DefaultMQPullConsumer(options.group());
        consumer.setNamesrvAddr(options.nameServers());
        consumer.setInstanceName(instance);
        consumer.start();
        return new ClientSource(options, consumer);
    }

    @Override
    public Set<TableQueue> queues() throws MQClientException {
        for (MessageQueue queue : consumer.fetchSubscribeMessageQueues(options.topic())) {
            known.put(new TableQueue(queue.getBrokerName(), queue.getQueueId()), queue);
        }
        return Set.copyOf(known.keySet());
    }

    private MessageQueue known(TableQueue queue) {
        return known.computeIfAbsent(queue, name -> new MessageQueue(options.topic(), name.broker(), name.id()));
    }

    @Override
    public long minOffset(TableQueue queue) throws MQClientException {
        return consumer.minOffset(known(queue));
    }

    @Override
    public long maxOffset(TableQueue queue) throws MQClientException {
        return consumer.maxOffset(known(queue));
    }

    @Override
    public void read(TableQueue queue, long offset, Consumer<Answer> answer) {
        try {
            consumer.pullBlockIfNotFound(known(queue), "*", offset, options.batch(), new PullCallback() {
                @Override
                public void onSuccess(PullResult result) {
                    answer.accept(answer(result));
                }

                @Override
                public void onException(Throwable e) {
                    answer.accept(new Answer.Failed(e));
                }
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.accept(new Answer.Failed(e));
        } catch (MQClientException | RemotingException | RuntimeException e) {
            answer.accept(new Answer.Failed(e));
        }
    }

    private static Answer answer(PullResult result) {
        if (result.getPullStatus() == PullStatus.OFFSET_ILLEGAL) {
            return new Answer.OutOfRange(result.getNextBeginOffset());
        }
        List<MessageExt> found = result.getMsgFoundList();
        List<Message> messages = found == null
                ? List.of()
                : found.stream().map(ClientSource::message).toList();
        return new Answer.Messages(messages, result.getNextBeginOffset());
    }

    private static Message message(MessageExt message) {
        return new Message(
                message.getQueueOffset(), message.getStoreTimestamp(), message.getProperties(), message.getBody());
    }

    @Override
    public void close() {
        consumer.shutdown();
    }
}
