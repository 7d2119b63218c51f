package io.firn.broker.produce;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.runtime.Utf8Cache;
import io.firn.broker.server.Connection;
import io.firn.broker.wire.ProtocolVersion;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.SendHeader;
import io.firn.spi.put.ClientView;
import io.firn.spi.put.PutOrigin;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One send in the shape all three request codes share. A flyweight over the frame being handled: valid until the
 * handler returns. Owner: one io thread.
 */
final class SendRequest implements Incoming, SendRewrite.Draft {

    private static final int NAMES_REMEMBERED = 4096;

    private final Utf8Cache names = new Utf8Cache(NAMES_REMEMBERED);
    private final SendHeader header = new SendHeader();
    private final PropertyLayout properties = new PropertyLayout();
    private final Senders senders = new Senders();

    /** What is being handled; null only before the first {@link #read}. */
    private @Nullable RemotingCommand command;

    private @Nullable Connection from;
    private @Nullable HostAddress bornHost;
    private int queueId;
    /** Null while it goes where it was sent to. */
    private @Nullable String redirectedTo;
    /** Null while it goes there at once. */
    private SendRewrite.@Nullable Shelf shelf;

    /** Points this at a frame and reads its header. */
    void read(RemotingCommand frame, Connection connection) {
        command = frame;
        from = connection;
        bornHost = connection.bornHost();
        header.parse(frame, names);
        queueId = header.queueId();
        redirectedTo = null;
        shelf = null;
        properties.clear();
        if (header.propertiesLength() <= RecordLayout.MAX_PROPERTIES) {
            properties.addAll(header.properties(), header.propertiesOffset(), header.propertiesLength());
        }
    }

    /** The header as it came. */
    SendHeader header() {
        return header;
    }

    /**
     * The properties of the send: of a single message, to be completed before it is encoded; those of a batch concern
     * the batch as a whole and are not stored. Empty when they are too long, which {@link SendRules} refuses.
     */
    @Override
    public PropertyLayout properties() {
        return properties;
    }

    /** Settles the queue when the client left the choice to the broker. */
    void chooseQueue(int chosen) {
        queueId = chosen;
    }

    @Override
    public void redirect(String topic, int queue) {
        redirectedTo = topic;
        queueId = queue;
    }

    @Override
    public void putAside(SendRewrite.Shelf on) {
        shelf = on;
    }

    @Override
    public SendRewrite.@Nullable Shelf shelf() {
        return shelf;
    }

    @Override
    public int delayLevel() {
        return SendRules.delayLevel(properties);
    }

    @Override
    public boolean isTimed() {
        return SendRules.isTimed(properties);
    }

    @Override
    public boolean isHalf() {
        return SendRules.isHalf(this);
    }

    @Override
    public @Nullable String property(String name) {
        return properties.text(name.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int maxReconsumeTimes() {
        boolean meant = Objects.requireNonNull(command).version() >= ProtocolVersion.V3_4_9;
        return meant ? header.maxReconsumeTimes() : -1;
    }

    @Override
    public void put(String property, String value) {
        properties.add(PropertyLayout.entry(property, value));
    }

    @Override
    public void remove(String property) {
        properties.remove(property.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean isBatch() {
        return header.batch();
    }

    @Override
    public PutOrigin origin() {
        return shelf == null ? PutOrigin.CLIENT : shelf.origin(PutOrigin.CLIENT);
    }

    @Override
    public ClientView client() {
        return senders.of(Objects.requireNonNull(from), Objects.requireNonNull(command), header.producerGroup());
    }

    @Override
    public String topic() {
        return redirectedTo == null ? header.topic() : redirectedTo;
    }

    @Override
    public int queueId() {
        return queueId;
    }

    @Override
    public int flag() {
        return header.flag();
    }

    @Override
    public int sysFlag() {
        return header.sysFlag();
    }

    @Override
    public long bornTimestamp() {
        return header.bornTimestamp();
    }

    @Override
    public HostAddress bornHost() {
        return Objects.requireNonNull(bornHost);
    }

    @Override
    public int reconsumeTimes() {
        return header.reconsumeTimes();
    }

    @Override
    public long preparedTransactionOffset() {
        return 0;
    }

    @Override
    public int bodyLength() {
        return Objects.requireNonNull(command).bodyLength();
    }

    @Override
    public void copyBody(ByteBuffer to) {
        Objects.requireNonNull(command).copyBody(to);
    }

    @Override
    public int propertiesLength() {
        return header.batch() ? 0 : properties.length();
    }

    @Override
    public void copyProperties(ByteBuffer to) {
        properties.copyTo(to);
    }
}
