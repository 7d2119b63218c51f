package io.firn.spi.fake;

import io.firn.spi.message.PropertyName;
import io.firn.spi.message.PropertyView;
import io.firn.spi.put.ClientView;
import io.firn.spi.put.PutMessage;
import io.firn.spi.put.PutOrigin;
import io.firn.spi.topic.QueueRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way into the log. Strict: it belongs to the thread that {@link #lend}s it until it is {@link #takeBack
 * taken back}; every other touch throws and is counted. Allocates nothing unless it is changed.
 */
public final class FakePutMessage implements PutMessage {

    private final QueueRef queue;
    private final PropertyView view = new PropertyView();
    private final Map<PropertyName, ByteBuffer> properties = new LinkedHashMap<>();
    private PutOrigin origin = PutOrigin.CLIENT;
    private @Nullable ClientView client = new FakeClient("producers", "JAVA");
    private ByteBuffer body = ByteBuffer.allocate(0).asReadOnlyBuffer();
    private int batchSize = 1;
    private int batchIndex;
    private int changes;
    private @Nullable Thread borrower;
    private volatile int wrongTouches;

    /** A message of the queue with an empty body and no properties. */
    public FakePutMessage(QueueRef queue) {
        this.queue = queue;
    }

    /** Its body. */
    public FakePutMessage withBody(String text) {
        body = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
        return this;
    }

    /** One more property. */
    public FakePutMessage withProperty(String name, String value) {
        properties.put(PropertyName.of(name), ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    /** Where it comes from; a client is there only for those that clients send. */
    public FakePutMessage withOrigin(PutOrigin newOrigin) {
        origin = newOrigin;
        if (newOrigin != PutOrigin.CLIENT && newOrigin != PutOrigin.TRANSACTION_HALF) {
            client = null;
        }
        return this;
    }

    /** One of several that were sent together. */
    public FakePutMessage inBatch(int index, int size) {
        batchIndex = index;
        batchSize = size;
        return this;
    }

    /** From now on the calling thread may touch it. */
    public FakePutMessage lend() {
        borrower = Thread.currentThread();
        return this;
    }

    /** From now on nobody may touch it. */
    public void takeBack() {
        borrower = null;
    }

    /** How often it was touched by someone who must not. */
    public int wrongTouches() {
        return wrongTouches;
    }

    /** How often it was changed while lent. */
    public int changes() {
        return changes;
    }

    @Override
    public void setProperty(String name, String value) {
        check();
        changes++;
        withProperty(name, value);
    }

    @Override
    public void removeProperty(String name) {
        check();
        if (properties.remove(PropertyName.of(name)) != null) {
            changes++;
        }
    }

    @Override
    public void setBody(ByteBuffer newBody) {
        check();
        changes++;
        ByteBuffer copy = ByteBuffer.allocate(newBody.remaining());
        copy.put(newBody.duplicate()).flip();
        body = copy.asReadOnlyBuffer();
    }

    @Override
    public String topic() {
        check();
        return queue.topic();
    }

    @Override
    public int queueId() {
        check();
        return queue.queueId();
    }

    @Override
    public PutOrigin origin() {
        check();
        return origin;
    }

    @Override
    public @Nullable ClientView client() {
        check();
        return client;
    }

    @Override
    public int bodyLength() {
        check();
        return body.capacity();
    }

    @Override
    public ByteBuffer body() {
        check();
        return body.clear();
    }

    @Override
    public int flag() {
        check();
        return 0;
    }

    @Override
    public int sysFlag() {
        check();
        return 0;
    }

    @Override
    public long bornTimestampMs() {
        check();
        return ManualClock.START.toEpochMilli();
    }

    @Override
    public boolean hasProperty(PropertyName name) {
        check();
        return properties.containsKey(name);
    }

    @Override
    public @Nullable PropertyView property(PropertyName name) {
        check();
        ByteBuffer value = properties.get(name);
        return value == null ? null : view.wrap(value, 0, value.capacity());
    }

    @Override
    public int batchSize() {
        check();
        return batchSize;
    }

    @Override
    public int batchIndex() {
        check();
        return batchIndex;
    }

    private synchronized void check() {
        if (borrower != Thread.currentThread()) {
            wrongTouches++;
            throw new IllegalStateException("the message belongs to the call that showed it");
        }
    }
}
