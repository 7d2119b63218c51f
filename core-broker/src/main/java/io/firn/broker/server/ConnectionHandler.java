package io.firn.broker.server;

import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.WorkBatch;
import io.firn.broker.wire.FrameDecoder;
import io.firn.broker.wire.FrameListener;
import io.firn.broker.wire.ProtocolException;
import io.firn.broker.wire.RemotingCommand;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One channel's events, run to completion: bytes → frames → handler → answer in the output, and one flush when
 * everything that was there has been read. When the peer does not take its answers, nothing more is decoded and nothing
 * more is read until it does. Owner: the channel's io thread.
 */
final class ConnectionHandler extends ChannelInboundHandlerAdapter implements FrameListener {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

    private final ConnectionSetup setup;
    private final FrameDecoder decoder = new FrameDecoder(this);
    private @Nullable WorkBatch batch;
    private @Nullable ChannelConnection connection;
    private boolean paused;
    private long pausedNanos;
    /** While what was held back is delivered: for how long it was; else 0. */
    private long heldNanos;

    private boolean resuming;

    ConnectionHandler(ConnectionSetup setup) {
        this.setup = setup;
    }

    /** The connection, once the channel is active. */
    ChannelConnection connection() {
        ChannelConnection opened = connection;
        if (opened == null) {
            throw new IllegalStateException("the channel is not active yet");
        }
        return opened;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ChannelConnection opened = new ChannelConnection(context.channel(), setup);
        connection = opened;
        opened.opened();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        decoder.close();
        if (connection != null) {
            connection.closed();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        setup.io().metrics().received(bytes.readableBytes());
        connection().readBegins();
        batch().begin();
        decoder.read(bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        batch().end();
        decoder.readComplete();
    }

    /** Work that requests of one read hand to other threads is announced once. */
    private WorkBatch batch() {
        WorkBatch ofThread = batch;
        if (ofThread == null) {
            ofThread = WorkBatch.ofThread();
            batch = ofThread;
        }
        return ofThread;
    }

    @Override
    public void onCommand(RemotingCommand command) {
        ChannelConnection from = connection();
        if (command.isResponse()) {
            from.calls().complete(command);
            return;
        }
        setup.io().metrics().request(command.code());
        Reply reply = from.mayAsk() ? handle(command, from) : tooManyUnanswered(from);
        if (reply instanceof Reply.Now answer) {
            if (command.isOneway()) {
                answer.body().close();
            } else {
                from.output().reply(command.serializeType(), command.opaque(), answer);
            }
        }
        if (from.output().isCongested()) {
            pause(from);
        }
    }

    private Reply handle(RemotingCommand command, ChannelConnection from) {
        return heldNanos == 0
                ? setup.requests().handle(command, from)
                : setup.requests().handleHeld(command, from, heldNanos);
    }

    /** Requests that wait hold memory: a peer gets so much and no more. */
    private Reply tooManyUnanswered(ChannelConnection from) {
        setup.io().metrics().refused();
        return ErrorReplies.of(new BusyException("this connection has " + from.pendingReplies()
                + " requests that are not answered yet: expected at most "
                + setup.limits().maxUnanswered()));
    }

    @Override
    public void onReadComplete() {
        connection().readEnds();
    }

    /** Told of both edges, also from inside a write: only takes note, so that nothing is decoded inside a write. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable() && !resuming) {
            resuming = true;
            context.channel().eventLoop().execute(() -> resume(context));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        CloseCause why = CloseCause.failed(cause);
        if (cause instanceof ProtocolException malformed) {
            why = CloseCause.malformed(malformed);
            onReadComplete(); // the frames before the broken one were requests: send what they got
        } else if (!(cause instanceof IOException)) {
            LOG.error("{} failed", context.channel(), cause);
        }
        if (connection == null) {
            var _ = context.close();
        } else {
            connection.closeNow(why);
        }
    }

    private void pause(ChannelConnection slow) {
        if (!paused) {
            paused = true;
            pausedNanos = setup.io().clock().nanos();
            decoder.pause();
            slow.channel().config().setAutoRead(false);
        }
    }

    private void resume(ChannelHandlerContext context) {
        resuming = false;
        try {
            goOn(connection());
        } catch (RuntimeException e) {
            exceptionCaught(context, e);
        }
    }

    private void goOn(ChannelConnection slow) {
        slow.writeBacklog();
        if (!paused || slow.output().isCongested() || !slow.isServed()) {
            return;
        }
        paused = false;
        slow.readBegins();
        batch().begin();
        heldNanos = Math.max(1, setup.io().clock().nanos() - pausedNanos);
        try {
            decoder.resume();
        } finally {
            heldNanos = 0;
            batch().end();
            slow.readEnds();
        }
        if (!paused) {
            slow.channel().config().setAutoRead(true);
        }
    }
}
