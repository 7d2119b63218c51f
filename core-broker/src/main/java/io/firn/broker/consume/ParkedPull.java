package io.firn.broker.consume;

import io.firn.broker.queue.ParkedPoll;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.server.Responder;

/** A pull that waits at the end of its queue. Woken or expired on the dispatcher's thread, answered exactly once. */
final class ParkedPull implements ParkedPoll {

    private final PullReads reads;
    private final PullRequest request;
    private final Responder responder;
    private final long deadlineNanos;

    ParkedPull(PullReads reads, PullRequest request, Responder responder, long deadlineNanos) {
        this.reads = reads;
        this.request = request;
        this.responder = responder;
        this.deadlineNanos = deadlineNanos;
    }

    @Override
    public String topic() {
        return request.read().topic();
    }

    @Override
    public int queueId() {
        return request.read().queueId();
    }

    @Override
    public long offset() {
        return request.read().offset();
    }

    @Override
    public RecordFilter filter() {
        return request.read().filter();
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    public void wake() {
        reads.answerLater(request, responder);
    }

    @Override
    public void expired() {
        reads.answerLater(request, responder);
    }

    @Override
    public Object client() {
        return responder.connection();
    }

    @Override
    public boolean abandoned() {
        return !responder.connection().isOpen();
    }
}
