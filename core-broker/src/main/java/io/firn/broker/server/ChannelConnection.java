package io.firn.broker.server;

import io.firn.broker.record.HostAddress;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.RemotingCommand;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPromise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open channel as {@link Connection}. Every mutable field belongs to the channel's io thread, though others may
 * read {@code phase} and count {@code unanswered}; they reach the rest through the outbox.
 */
final class ChannelConnection implements Connection, ReplySink {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelConnection.class);

    private final Channel channel;
    private final ConnectionSetup setup;
    private final InetSocketAddress remote;
    private final HostAddress bornHost;
    private final IoLoop loop;
    private final Output output;
    private final Outbox outbox = new Outbox();
    private final Runnable drain = this::drain;
    private final Backlog backlog = new Backlog();
    private final IdleWatch idle = new IdleWatch();
    private final PendingCalls calls = new PendingCalls();
    private final ChannelPromise gone;
    private final AtomicInteger unanswered = new AtomicInteger();
    private volatile Phase phase = Phase.OPEN;

    private @Nullable CloseCause closeCause;
    private boolean reading;
    private long reads;

    ChannelConnection(Channel channel, ConnectionSetup setup) {
        this.channel = channel;
        this.setup = setup;
        this.remote = (InetSocketAddress) channel.remoteAddress();
        this.bornHost = HostAddress.of(remote);
        this.loop = setup.io().loopOf(channel);
        this.gone = channel.newPromise();
        this.output = new Output(channel, setup.limits(), setup.io().metrics(), loop.frames());
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) channel.localAddress();
    }

    @Override
    public HostAddress bornHost() {
        return bornHost;
    }

    @Override
    public Responder responder(RemotingCommand request) {
        unanswered.incrementAndGet();
        return new Responder(this, this, request);
    }

    @Override
    public void execute(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: its io thread has ended", this, e);
        }
    }

    @Override
    public void notify(int requestCode, HeaderFields header, byte[] body) {
        post(new OneWayRequest(requestCode, header, body));
    }

    @Override
    public CompletableFuture<RemotingCommand> call(
            int requestCode, HeaderFields header, byte[] body, Duration timeout) {
        OutgoingCall call = new OutgoingCall(this, requestCode, header, body);
        try {
            call.endsWith(
                    channel.eventLoop().schedule(() -> call.expire(timeout), timeout.toNanos(), TimeUnit.NANOSECONDS));
            post(call);
        } catch (RejectedExecutionException e) {
            call.discard();
        }
        return call.answer();
    }

    @Override
    public boolean isOpen() {
        return phase != Phase.CLOSED && channel.isActive();
    }

    @Override
    public void close(String reason) {
        execute(() -> closeNow(CloseCause.requested(reason)));
    }

    @Override
    public void onClose(Runnable task) {
        gone.addListener((ChannelFutureListener) closed -> task.run());
    }

    @Override
    public int pendingReplies() {
        return unanswered.get();
    }

    /** Writes at once while this thread is serving a read of this very connection, otherwise through the outbox. */
    @Override
    public void send(Responder answered) {
        if (reading && channel.eventLoop().inEventLoop() && backlog.isEmpty()) {
            write(answered);
        } else {
            post(answered);
        }
    }

    @Override
    public void settled() {
        int left = unanswered.decrementAndGet();
        if (left == 0 && phase == Phase.STOPPING) {
            execute(drain);
        }
    }

    @Override
    public String toString() {
        return "connection " + bornHost;
    }

    /** Answers what has been asked already, then closes; no more is read. Any thread. */
    void finish() {
        execute(() -> {
            if (phase == Phase.OPEN) {
                phase = Phase.STOPPING;
                channel.config().setAutoRead(false);
                drain();
            }
        });
    }

    /** The channel is open. */
    void opened() {
        loop.add(this);
        setup.io().metrics().opened(this);
        setup.listener().opened(this);
    }

    /** The channel is closed, for whatever reason: everything that still waits learns it. */
    void closed() {
        phase = Phase.CLOSED;
        CloseCause cause = closeCause == null ? CloseCause.PEER : closeCause;
        loop.remove(this);
        setup.io().metrics().closed(this, cause);
        output.release();
        drain();
        calls.failAll("connection closed: " + cause.detail());
        LOG.debug("{} closed: {}", this, cause.detail());
        setup.listener().closed(this);
        gone.setSuccess();
    }

    /** Closes the channel; the first cause is the one that counts. On the io thread. */
    void closeNow(CloseCause cause) {
        if (phase == Phase.CLOSED) {
            return;
        }
        if (closeCause == null) {
            closeCause = cause;
            warnIfAlarming(cause);
        }
        channel.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    /** A bug or a broken socket. On the io thread. */
    void fail(Throwable cause) {
        closeNow(CloseCause.failed(cause));
    }

    /** A call of ours timed out and not one byte came since it was sent: the peer is gone without saying so. */
    void peerIsSilent(Duration since) {
        if (setup.side() == ConnectionSetup.Side.CLIENT) {
            closeNow(CloseCause.requested("the peer has sent nothing for " + since.toMillis() + " ms"));
        }
    }

    /** Between these two calls answers need no flush of their own. */
    void readBegins() {
        reading = true;
        idle.traffic();
        reads++;
    }

    void readEnds() {
        reading = false;
        output.flush();
    }

    /** False while so many requests wait for their answers that the peer has to read some first. */
    boolean mayAsk() {
        return unanswered.get() < setup.limits().maxUnanswered();
    }

    long reads() {
        return reads;
    }

    Channel channel() {
        return channel;
    }

    /** False once the connection is closed or about to be. */
    boolean isServed() {
        return phase == Phase.OPEN && closeCause == null;
    }

    Output output() {
        return output;
    }

    PendingCalls calls() {
        return calls;
    }

    String peer() {
        return bornHost.toString();
    }

    /** Bytes that wait for the peer to read. Any thread; a little behind on others than the owner. */
    long queuedBytes() {
        return output.queuedBytes() + backlog.bytes();
    }

    /** Encodes as much of the backlog as the peer takes. On the io thread, outside of a read. */
    void writeBacklog() {
        while (!output.isCongested()) {
            OutboxEntry entry = backlog.poll();
            if (entry == null) {
                break;
            }
            write(entry);
        }
        output.flush();
        if (phase == Phase.STOPPING && backlog.isEmpty() && unanswered.get() == 0) {
            closeCause = CloseCause.SHUTDOWN;
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    IdleWatch idle() {
        return idle;
    }

    /** Called by the sweep. */
    void closeWhenIdle(long nowNanos) {
        long limitNanos = setup.limits().idle().toNanos();
        if (idle.idleNanos(nowNanos, queuedBytes()) >= limitNanos && limitNanos > 0) {
            closeNow(CloseCause.IDLE);
        }
    }

    private void warnIfAlarming(CloseCause cause) {
        long suppressed = cause.isAlarming() ? setup.io().alarms().admit() : LogLimit.SUPPRESSED;
        if (suppressed != LogLimit.SUPPRESSED) {
            LOG.warn("{} closed: {} ({} similar lines suppressed)", this, cause.detail(), suppressed);
        }
    }

    private void post(OutboxEntry entry) {
        if (!outbox.put(entry)) {
            return;
        }
        try {
            channel.eventLoop().execute(drain);
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: its io thread has ended", this, e);
            Backlog.discard(outbox.takeAll());
        }
    }

    private void drain() {
        backlog.append(outbox.takeAll());
        if (phase == Phase.CLOSED) {
            discardBacklog();
            return;
        }
        writeBacklog();
        long queued = queuedBytes();
        if (queued > setup.limits().maxQueuedBytes()) {
            closeNow(CloseCause.overflow(queued, setup.limits().maxQueuedBytes()));
        }
    }

    private void discardBacklog() {
        for (OutboxEntry entry = backlog.poll(); entry != null; entry = backlog.poll()) {
            entry.discard();
        }
    }

    private void write(OutboxEntry entry) {
        idle.traffic();
        try {
            entry.write(this);
        } catch (RuntimeException e) {
            LOG.error("{}: an answer could not be written", this, e);
            fail(e);
        }
    }

    /** Where the connection is in its life; only moves forward. */
    private enum Phase {
        OPEN,
        STOPPING,
        CLOSED
    }
}
