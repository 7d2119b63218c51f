package io.firn.broker.produce;

import io.firn.broker.log.FlushWaiter;
import io.firn.broker.server.Responder;
import io.firn.broker.wire.ResponseCode;

/** Answers a send once its record is on disk. Called by the flusher's thread, exactly once. */
final class DurableReply implements FlushWaiter {

    private final Responder responder;
    private final SendReply reply;
    private final SendMetrics metrics;

    DurableReply(Responder responder, SendReply reply, SendMetrics metrics) {
        this.responder = responder;
        this.reply = reply;
        this.metrics = metrics;
    }

    @Override
    public void flushed() {
        responder.reply(reply);
    }

    @Override
    public void timedOut() {
        metrics.doubtful.increment();
        responder.reply(reply.withDoubt(ResponseCode.FLUSH_DISK_TIMEOUT, "the disk did not take the message in time"));
    }

    @Override
    public void failed(Throwable cause) {
        metrics.doubtful.increment();
        responder.fail(cause);
    }
}
