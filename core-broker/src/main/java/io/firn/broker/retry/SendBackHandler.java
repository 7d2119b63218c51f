package io.firn.broker.retry;

import io.firn.broker.group.GroupConfig;
import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.queue.OldMessages;
import io.firn.broker.queue.RecordSlices;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.put.PutOrigin;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * CONSUMER_SEND_MSG_BACK (36): a consumer could not consume a message and wants it again. What it names by its position in
 * the log is copied to the group's retry topic, to come again later, or to its dead letters when it came often enough. The
 * answer follows when the copy is as safe as a producer's message.
 */
public final class SendBackHandler {

    /** Level of the first retry when the consumer leaves the choice to the broker. */
    private static final int FIRST_LEVEL = 3;
    /** topicSysFlag bit of a retry topic whose group is deployed in units. */
    private static final int UNIT_SUBSCRIPTION = 2;

    private final GroupCoordinator groups;
    private final TopicRegistry topics;
    private final Messages messages;
    private final Resend resend;
    private final RetryMetrics metrics;

    /**
     * Where messages are that are given back.
     *
     * @param log has those of late
     * @param old finds those that the log does not have any more
     * @param readers run what may touch old data
     */
    public record Messages(CommitLog log, OldMessages old, Executor readers) {}

    private SendBackHandler(Retries retries, Messages messages, Resend resend) {
        this.groups = retries.groups();
        this.topics = retries.topics();
        this.metrics = retries.metrics();
        this.messages = messages;
        this.resend = resend;
    }

    static SendBackHandler of(Retries retries, Messages messages, Resend resend) {
        return new SendBackHandler(retries, messages, resend);
    }

    /** Adds this handler's code to the request table. */
    public void addTo(RequestRouter.Builder table) {
        table.route(RequestCode.CONSUMER_SEND_MSG_BACK, this::giveBack);
    }

    private Reply giveBack(RemotingCommand request, Connection from) {
        SendBack back = SendBack.read(request);
        return LaterReply.to(
                request,
                from,
                groups.configs().ensure(back.group()).thenComposeAsync(group -> store(back, group), messages.readers));
    }

    private CompletableFuture<Reply.Now> store(SendBack back, GroupConfig group) {
        if (group.retryQueues() <= 0) {
            metrics.dropped.increment();
            return CompletableFuture.completedFuture(Reply.Now.ok());
        }
        Topic retry = retryTopic(back, group);
        return existing(retry)
                .thenCompose(topic -> {
                    checkWritable(topic);
                    return find(back.position());
                })
                .thenCompose(message -> moveOn(message, back, group))
                .thenApply(end -> Reply.Now.ok());
    }

    private static Topic retryTopic(SendBack back, GroupConfig group) {
        Topic retry = Topic.retryOf(group.name(), group.retryQueues());
        return back.unit() == SendBack.Unit.UNIT ? retry.withSysFlag(UNIT_SUBSCRIPTION) : retry;
    }

    /** The topic, made when it is missing; what follows runs on a reader. */
    private CompletableFuture<Topic> existing(Topic wanted) {
        Topic present = topics.find(wanted.name());
        return present != null
                ? CompletableFuture.completedFuture(present)
                : topics.ensure(wanted).thenApplyAsync(made -> made, messages.readers);
    }

    private static void checkWritable(Topic topic) {
        if (!topic.writable()) {
            throw new RequestException(
                    ResponseCode.NO_PERMISSION, "the topic [" + topic.name() + "] sending message is forbidden");
        }
    }

    private CompletableFuture<GivenBack> find(long position) {
        GivenBack local = read(position);
        if (local != null) {
            return CompletableFuture.completedFuture(local);
        }
        return messages.old
                .byPosition(position)
                .thenApply(older -> copy(position, older))
                .thenApplyAsync(message -> message, messages.readers);
    }

    private @Nullable GivenBack read(long position) {
        int size = sizeAt(position);
        if (size < RecordLayout.FIXED_BYTES) {
            return null;
        }
        try (LogSlice slice = messages.log.slice(position, size)) {
            if (slice == null) {
                return null;
            }
            RecordView view = new RecordView().wrap(slice.memory(), 0, slice.size());
            return view.inspect(position, Verify.LENGTHS) == RecordStatus.OK ? GivenBack.of(view, position) : null;
        }
    }

    private int sizeAt(long position) {
        if (position < 0) {
            return 0;
        }
        try (LogSlice head = messages.log.slice(position, RecordLayout.FIXED_BYTES)) {
            return head == null
                    ? 0
                    : new RecordView().wrap(head.memory(), 0, head.size()).totalSize();
        }
    }

    private static GivenBack copy(long position, List<RecordSlices> found) {
        try {
            if (found.isEmpty()) {
                throw new RequestException(ResponseCode.SYSTEM_ERROR, "look message by offset failed, " + position);
            }
            MemorySegment memory = MemorySegment.ofBuffer(found.getFirst().slice(0));
            return GivenBack.of(new RecordView().wrap(memory, 0, memory.byteSize()), position);
        } finally {
            found.forEach(RecordSlices::close);
        }
    }

    private CompletableFuture<Long> moveOn(GivenBack message, SendBack back, GroupConfig group) {
        int max = back.maxReconsumeTimes() >= 0 ? back.maxReconsumeTimes() : group.retryMax();
        if (back.delayLevel() < 0 || message.deliveries() >= max) {
            return existing(Topic.deadLettersOf(group.name()))
                    .thenCompose(topic -> resend.send(message.deadIn(topic.name()), PutOrigin.DEAD_LETTER))
                    .thenApply(end -> counted(end, metrics.deadLetters));
        }
        int level = back.delayLevel() == 0 ? FIRST_LEVEL + message.deliveries() : back.delayLevel();
        int queue = ThreadLocalRandom.current().nextInt(group.retryQueues());
        return resend.send(message.again(group.retryTopic(), queue, level), PutOrigin.RETRY)
                .thenApply(end -> counted(end, metrics.retried));
    }

    private static Long counted(Long end, Metrics.Count count) {
        count.increment();
        return end;
    }
}
