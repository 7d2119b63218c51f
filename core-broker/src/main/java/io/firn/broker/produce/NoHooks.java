package io.firn.broker.produce;

import io.firn.spi.put.PutOutcome;
import io.firn.spi.put.PutSnapshot;
import io.firn.spi.put.Verdict;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** For messages that only wait behind others of their queue. */
final class NoHooks implements PutChain {

    @Override
    public Verdict before(PutDraft draft) {
        return Verdict.ACCEPT;
    }

    @Override
    public void after(PutDraft draft, PutOutcome outcome) {}

    @Override
    public boolean listens() {
        return false;
    }

    @Override
    public boolean waits() {
        return false;
    }

    @Override
    public CompletableFuture<@Nullable Verdict> ask(PutSnapshot copy) {
        return CompletableFuture.completedFuture(null);
    }
}
