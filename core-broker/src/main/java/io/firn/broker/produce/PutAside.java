package io.firn.broker.produce;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A message as it is stored where it waits for its time. Reused; owner: one thread that stores messages. */
final class PutAside implements MessageSource {

    private @Nullable MessageSource source;
    private SendRewrite.@Nullable Shelf shelf;

    PutAside at(MessageSource message, SendRewrite.Shelf where) {
        source = message;
        shelf = where;
        return this;
    }

    @Override
    public String topic() {
        return shelf().topic();
    }

    @Override
    public int queueId() {
        return shelf().queueId();
    }

    @Override
    public int flag() {
        return source().flag();
    }

    @Override
    public int sysFlag() {
        return shelf().sysFlag(source().sysFlag());
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

    private SendRewrite.Shelf shelf() {
        return Objects.requireNonNull(shelf, "no shelf");
    }
}
