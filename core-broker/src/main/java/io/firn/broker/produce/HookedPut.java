package io.firn.broker.produce;

import io.firn.broker.record.EncodedRecords;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import io.firn.spi.put.PutOutcome.Status;
import io.firn.spi.put.PutSnapshot;
import io.firn.spi.put.Verdict;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Takes one message, or the messages of one batch one by one, past the hooks of its topic; and is what the encoder reads
 * afterwards. Reused; owner: one thread that stores messages.
 */
final class HookedPut implements MessageSource {

    private final int maxBodyBytes;
    private final PutDraft draft;
    private final BatchParts parts = new BatchParts();
    private final PutResult result = new PutResult();
    private @Nullable Incoming incoming;
    /** By message: who let it pass. */
    private long[] passed = new long[1];

    HookedPut(int maxBodyBytes) {
        this.maxBodyBytes = maxBodyBytes;
        this.draft = new PutDraft(maxBodyBytes);
    }

    /**
     * Shows the message to its hooks; afterwards this is the source of what is to be stored.
     *
     * @return a reject, after those who had let it pass were told; else any other verdict
     * @throws io.firn.broker.record.IllegalRecordException when it is a batch that can not be read
     */
    Verdict before(Incoming message, PutChain chain) {
        incoming = message;
        return message.isBatch() ? batchBefore(message, chain) : singleBefore(message, chain);
    }

    private Verdict singleBefore(Incoming message, PutChain chain) {
        draft.begin(message);
        Verdict verdict = chain.before(draft);
        passed[0] = draft.passed();
        if (verdict.isReject()) {
            after(chain, Status.REFUSED, 1);
        }
        return verdict;
    }

    private Verdict batchBefore(Incoming batch, PutChain chain) {
        parts.begin(batch);
        int count = parts.count();
        if (passed.length < count) {
            passed = Arrays.copyOf(passed, Math.max(count, passed.length * 2));
        }
        for (int i = 0; i < count; i++) {
            draft.begin(batch, parts, i);
            Verdict verdict = chain.before(draft);
            passed[i] = draft.passed();
            if (verdict.isReject()) {
                after(chain, Status.REFUSED, i + 1);
                return verdict;
            }
            if (draft.isRewritten()) {
                parts.rewrite(i, draft);
            }
        }
        return Verdict.ACCEPT;
    }

    /** Copies for those who need time, one per message. */
    List<PutSnapshot> snapshots() {
        Incoming from = incoming();
        List<PutSnapshot> copies = new ArrayList<>();
        for (int i = 0; i < count(); i++) {
            if (from.isBatch()) {
                draft.begin(from, parts, i);
            }
            copies.add(draft.snapshot());
        }
        return copies;
    }

    /** Who let each message pass; a copy. */
    long[] passed() {
        return Arrays.copyOf(passed, count());
    }

    /** Goes on with a message that had to wait and whose hooks, in {@code before}, let it pass. */
    void resume(WaitingSend message) {
        incoming = message;
        if (message.isBatch()) {
            parts.begin(message);
        } else {
            draft.begin(message);
        }
        long[] then = message.passed();
        passed = passed.length < then.length ? then : passed;
        System.arraycopy(then, 0, passed, 0, then.length);
    }

    /** Tells hooks that the message is in the log. */
    void appended(PutChain chain, EncodedRecords records) {
        if (!chain.listens()) {
            return;
        }
        for (int i = 0; i < count(); i++) {
            tell(chain, incoming().shelf() == null ? result.appended(records, i) : result.putAside(records), i);
        }
    }

    /** Tells hooks that the message is not stored. */
    void notStored(PutChain chain, Status why) {
        after(chain, why, count());
    }

    private void after(PutChain chain, Status why, int messages) {
        if (!chain.listens()) {
            return;
        }
        for (int i = 0; i < messages; i++) {
            tell(chain, result.notStored(why), i);
        }
    }

    private void tell(PutChain chain, PutResult outcome, int index) {
        Incoming from = incoming();
        if (from.isBatch()) {
            draft.begin(from, parts, index);
        }
        draft.passedBy(passed[index]);
        chain.after(draft, outcome);
    }

    private int count() {
        return incoming().isBatch() ? parts.count() : 1;
    }

    /** Bytes of all bodies as they are now: hooks may have made a batch larger than one may be. */
    boolean isTooLarge() {
        return bodyLength() > maxBodyBytes;
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
    public int flag() {
        return incoming().flag();
    }

    @Override
    public int sysFlag() {
        return incoming().sysFlag();
    }

    @Override
    public long bornTimestamp() {
        return incoming().bornTimestamp();
    }

    @Override
    public HostAddress bornHost() {
        return incoming().bornHost();
    }

    @Override
    public int reconsumeTimes() {
        return incoming().reconsumeTimes();
    }

    @Override
    public long preparedTransactionOffset() {
        return incoming().preparedTransactionOffset();
    }

    @Override
    public int bodyLength() {
        return incoming().isBatch() ? parts.length() : draft.bodyLength();
    }

    @Override
    public void copyBody(ByteBuffer to) {
        if (incoming().isBatch()) {
            parts.copyTo(to);
        } else {
            draft.bodyBytes().copyTo(to);
        }
    }

    @Override
    public int propertiesLength() {
        return incoming().propertiesLength();
    }

    @Override
    public void copyProperties(ByteBuffer to) {
        incoming().copyProperties(to);
    }

    private Incoming incoming() {
        return Objects.requireNonNull(incoming, "no message");
    }
}
