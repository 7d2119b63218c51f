package io.firn.broker.produce;

import io.firn.spi.put.PutOutcome;
import io.firn.spi.put.PutSnapshot;
import io.firn.spi.put.Verdict;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** All that look at the messages of one topic, in their order. Immutable; any thread, many at once. */
public interface PutChain {

    /**
     * Shows a message to all, which may change it.
     *
     * @return a reject, or any other verdict to store the message as it is now
     */
    Verdict before(PutDraft draft);

    /** Tells those who let the message pass, see {@link PutDraft#passed}, what became of it. */
    void after(PutDraft draft, PutOutcome outcome);

    /** Whether {@link #after} does anything: it need not be called otherwise. */
    boolean listens();

    /** Whether {@link #ask} has to be called too, with a copy, after {@link #before}. */
    boolean waits();

    /**
     * Shows a copy to those who need time. Must not block.
     *
     * @return completes, on any thread and not later than two seconds from now, with a reject, or with null to store
     */
    CompletableFuture<@Nullable Verdict> ask(PutSnapshot copy);
}
