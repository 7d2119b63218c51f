package io.firn.broker.produce;

import io.firn.broker.record.MessageSource;
import io.firn.broker.record.RecordLayout;
import io.firn.spi.message.PropertyName;
import io.firn.spi.message.PropertyView;
import io.firn.spi.put.ClientView;
import io.firn.spi.put.PutMessage;
import io.firn.spi.put.PutOrigin;
import io.firn.spi.put.PutSnapshot;
import io.firn.spi.topic.QueueRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One message between its checks and its encoding, as hooks see and change it. A flyweight, one per thread that stores
 * messages. {@link #mark()} before each hook: what that hook changes can be taken back by {@link #rollBack()}. Owner: one
 * thread.
 */
public final class PutDraft implements PutMessage {

    /** What the broker itself sets, or reads to decide what a message means, before hooks see it. */
    private static final Set<String> OF_THE_BROKER = Set.of(
            "UNIQ_KEY",
            "MSG_REGION",
            "TRACE_ON",
            "CLUSTER",
            "POP_CK",
            "WAIT",
            "DELAY",
            "TIMER_DELAY_SEC",
            "TIMER_DELAY_MS",
            "TIMER_DELIVER_MS",
            "TIMER_OUT_MS",
            "TRAN_MSG",
            "PGROUP",
            "REAL_TOPIC",
            "REAL_QID",
            "RETRY_TOPIC",
            "ORIGIN_MESSAGE_ID",
            "__transactionId__");

    private static final char NAME_END = '\u0001';
    private static final char ENTRY_END = '\u0002';

    private final int maxBodyBytes;
    private final DraftBody body = new DraftBody();
    private final PropertyLayout own = new PropertyLayout();
    private final PropertyLayout marked = new PropertyLayout();
    private final ByteBuffer value = ByteBuffer.allocate(RecordLayout.MAX_PROPERTIES);
    private final PropertyView valueView = new PropertyView();

    private PropertyLayout properties = own;
    private @Nullable Incoming incoming;
    private int flag;
    private int batchIndex;
    private int batchSize;
    private long passed;
    private boolean changedProperties;
    private boolean changedAtAll;

    /** Messages of at most so many bytes of body. */
    PutDraft(int maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
    }

    /** A draft of its own for one message that the broker itself stores; as it is shown to hooks. */
    public static PutDraft of(MessageSource message, PutOrigin origin, int maxBodyBytes) {
        PutDraft draft = new PutDraft(maxBodyBytes);
        draft.begin(new StoredAgain(message, origin));
        return draft;
    }

    /** Shows a single message; changes of properties are made in the message's own layout. */
    void begin(Incoming message) {
        start(message, message);
        flag = message.flag();
        properties = message.properties();
        batchIndex = 0;
        batchSize = 1;
    }

    /** Shows one message of a batch. */
    void begin(Incoming batch, BatchParts parts, int index) {
        start(batch, parts.source(index));
        flag = parts.flag(index);
        properties = own;
        parts.propertiesTo(index, own);
        batchIndex = index;
        batchSize = parts.count();
    }

    private void start(Incoming message, DraftBody.Source source) {
        incoming = message;
        body.begin(source);
        passed = 0;
        changedProperties = false;
        changedAtAll = false;
    }

    /** A hook is about to look: what it changes can be taken back. */
    public void mark() {
        body.mark();
        changedProperties = false;
    }

    /** Whether something changed since the mark. */
    public boolean isChanged() {
        return changedProperties || body.isChanged();
    }

    /** Takes back what changed since the mark. */
    public void rollBack() {
        body.rollBack();
        if (changedProperties) {
            properties.copyFrom(marked);
            changedProperties = false;
        }
    }

    /** Whether it is not any more what was sent. */
    boolean isRewritten() {
        return changedAtAll;
    }

    /** Who let the message pass, one bit each; for the chain that set it. */
    public long passed() {
        return passed;
    }

    /** Remembers who let the message pass. */
    public void passedBy(long hooks) {
        passed = hooks;
    }

    /** A copy that lasts, for those who need time. */
    PutSnapshot snapshot() {
        Incoming from = incoming();
        ByteBuffer copy = ByteBuffer.allocate(body.length()).put(body.view()).flip();
        return new PutSnapshot(
                new QueueRef(from.topic(), from.queueId()), from.origin(), from.client(), copy, properties.toMap());
    }

    DraftBody bodyBytes() {
        return body;
    }

    PropertyLayout layout() {
        return properties;
    }

    @Override
    public String topic() {
        return incoming().topic();
    }

    @Override
    public int queueId() {
        return incoming().queueId();
    }

    @Override
    public PutOrigin origin() {
        return incoming().origin();
    }

    @Override
    public @Nullable ClientView client() {
        return incoming().client();
    }

    @Override
    public int bodyLength() {
        return body.length();
    }

    @Override
    public ByteBuffer body() {
        return body.view();
    }

    @Override
    public int flag() {
        return flag;
    }

    @Override
    public int sysFlag() {
        return incoming().sysFlag();
    }

    @Override
    public long bornTimestampMs() {
        return incoming().bornTimestamp();
    }

    @Override
    public boolean hasProperty(PropertyName name) {
        return properties.has(name);
    }

    @Override
    public @Nullable PropertyView property(PropertyName name) {
        int length = properties.copyValue(name, value);
        return length < 0 ? null : valueView.wrap(value, 0, length);
    }

    @Override
    public int batchSize() {
        return batchSize;
    }

    @Override
    public int batchIndex() {
        return batchIndex;
    }

    @Override
    public void setProperty(String name, String newValue) {
        checkName(name);
        if (newValue.isEmpty() || isSeparated(newValue)) {
            throw new IllegalArgumentException("property " + name
                    + " must have a value without the characters 1 and 2, which separate properties");
        }
        byte[] key = name.getBytes(StandardCharsets.UTF_8);
        byte[] entry = PropertyLayout.entry(name, newValue);
        int length = properties.length() - properties.sizeOf(key) + entry.length + 1;
        if (length > RecordLayout.MAX_PROPERTIES) {
            throw new IllegalArgumentException("with " + name + " the properties take " + length + " bytes, at most "
                    + RecordLayout.MAX_PROPERTIES + " are stored");
        }
        changing();
        properties.add(entry);
    }

    @Override
    public void removeProperty(String name) {
        checkName(name);
        byte[] key = name.getBytes(StandardCharsets.UTF_8);
        if (properties.has(key)) {
            changing();
            properties.remove(key);
        }
    }

    @Override
    public void setBody(ByteBuffer newBody) {
        int size = newBody.remaining();
        if (size == 0 || size > maxBodyBytes) {
            throw new IllegalArgumentException(
                    "a body of " + size + " bytes; it has at least 1 and at most " + maxBodyBytes);
        }
        body.replace(newBody);
        changedAtAll = true;
    }

    private void changing() {
        if (!changedProperties) {
            marked.copyFrom(properties);
            changedProperties = true;
            changedAtAll = true;
        }
    }

    private static void checkName(String name) {
        if (name.isEmpty() || isSeparated(name)) {
            throw new IllegalArgumentException("not a name of a property: '" + name + "'");
        }
        if (OF_THE_BROKER.contains(name)) {
            throw new IllegalArgumentException("property " + name + " is set by the broker only");
        }
    }

    private static boolean isSeparated(String text) {
        return text.indexOf(NAME_END) >= 0 || text.indexOf(ENTRY_END) >= 0;
    }

    private Incoming incoming() {
        return Objects.requireNonNull(incoming, "no message");
    }
}
