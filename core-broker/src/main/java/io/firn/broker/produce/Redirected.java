package io.firn.broker.produce;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A message as its {@link SendRewrite} wants it stored. Reused; owner: one thread that stores messages. */
final class Redirected implements MessageSource {

    private @Nullable MessageSource source;
    private SendRewrite.@Nullable Target target;

    Redirected of(MessageSource message, SendRewrite.Target place) {
        source = message;
        target = place;
        return this;
    }

    @Override
    public String topic() {
        return target().topic();
    }

    @Override
    public int queueId() {
        return target().queueId();
    }

    @Override
    public int flag() {
        return source().flag();
    }

    @Override
    public int sysFlag() {
        return target().sysFlag();
    }

    @Override
    public long bornTimestamp() {
        return source().bornTimestamp();
    }

    @Override
    public HostAddress bornHost() {
        return source().bornHost();
    }

    @Override
    public int reconsumeTimes() {
        return source().reconsumeTimes();
    }

    @Override
    public long preparedTransactionOffset() {
        return source().preparedTransactionOffset();
    }

    @Override
    public int bodyLength() {
        return source().bodyLength();
    }

    @Override
    public void copyBody(ByteBuffer to) {
        source().copyBody(to);
    }

    @Override
    public int propertiesLength() {
        return source().propertiesLength();
    }

    @Override
    public void copyProperties(ByteBuffer to) {
        source().copyProperties(to);
    }

    private MessageSource source() {
        return Objects.requireNonNull(source, "no message");
    }

    private SendRewrite.Target target() {
        return Objects.requireNonNull(target, "no target");
    }
}
