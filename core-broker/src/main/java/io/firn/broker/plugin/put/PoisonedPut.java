package io.firn.broker.plugin.put;

import io.firn.broker.produce.PutDraft;
import io.firn.spi.message.PropertyName;
import io.firn.spi.message.PropertyView;
import io.firn.spi.put.ClientView;
import io.firn.spi.put.PutMessage;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.PutOrigin;
import io.firn.spi.put.PutOutcome;
import io.firn.spi.put.Verdict;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A message for one call of one hook, which throws when it is used afterwards and whose body then is rubbish: finds hooks
 * that keep what they must not. For {@code firn.plugins.debug} only, it costs a copy. Owner: the calling thread, until
 * the hook returns.
 */
final class PoisonedPut implements PutMessage {

    private static final byte RUBBISH = (byte) 0xDD;

    private final PutDraft draft;
    private byte[] shownBody = {};
    private volatile boolean over;

    private PoisonedPut(PutDraft draft) {
        this.draft = draft;
    }

    static Verdict before(PutMessageHook hook, PutDraft draft) {
        PoisonedPut message = new PoisonedPut(draft);
        try {
            return hook.beforePut(message);
        } finally {
            message.poison();
        }
    }

    static void after(PutMessageHook hook, PutDraft draft, PutOutcome outcome) {
        PoisonedPut message = new PoisonedPut(draft);
        try {
            hook.afterPut(message, outcome);
        } finally {
            message.poison();
        }
    }

    private void poison() {
        over = true;
        Arrays.fill(shownBody, RUBBISH);
    }

    private PutDraft live() {
        if (over) {
            throw new IllegalStateException("a put hook uses a message that it must not keep: it is valid only until"
                    + " beforePut or afterPut returns");
        }
        return draft;
    }

    @Override
    public void setProperty(String name, String value) {
        live().setProperty(name, value);
    }

    @Override
    public void removeProperty(String name) {
        live().removeProperty(name);
    }

    @Override
    public void setBody(ByteBuffer body) {
        live().setBody(body);
    }

    @Override
    public String topic() {
        return live().topic();
    }

    @Override
    public int queueId() {
        return live().queueId();
    }

    @Override
    public PutOrigin origin() {
        return live().origin();
    }

    @Override
    public @Nullable ClientView client() {
        return live().client();
    }

    @Override
    public int bodyLength() {
        return live().bodyLength();
    }

    @Override
    public ByteBuffer body() {
        ByteBuffer body = live().body();
        Arrays.fill(shownBody, RUBBISH);
        shownBody = new byte[body.remaining()];
        body.get(body.position(), shownBody);
        return ByteBuffer.wrap(shownBody).asReadOnlyBuffer();
    }

    @Override
    public int flag() {
        return live().flag();
    }

    @Override
    public int sysFlag() {
        return live().sysFlag();
    }

    @Override
    public long bornTimestampMs() {
        return live().bornTimestampMs();
    }

    @Override
    public boolean hasProperty(PropertyName name) {
        return live().hasProperty(name);
    }

    @Override
    public @Nullable PropertyView property(PropertyName name) {
        return live().property(name);
    }

    @Override
    public int batchSize() {
        return live().batchSize();
    }

    @Override
    public int batchIndex() {
        return live().batchIndex();
    }
}
