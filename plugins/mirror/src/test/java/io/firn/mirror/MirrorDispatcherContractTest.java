package io.firn.mirror;

import io.firn.spi.dispatch.CommitLogDispatcher;
import io.firn.spi.fake.FakeContext;
import io.firn.spi.tck.DispatcherContract;
import java.util.List;

final class MirrorDispatcherContractTest extends DispatcherContract {

    private final Targets.Remembering target = new Targets.Remembering();

    @Override
    protected CommitLogDispatcher open(FakeContext opened) {
        return new MirrorDispatcher(target, new Trail("here", "other"), new MirrorReport(opened, "other:9876"));
    }

    /** Order is kept within queues, not between them: here only which messages there are is looked at. */
    @Override
    protected List<Long> kept() {
        synchronized (target.arrived) {
            return target.arrived.stream().map(Stored::position).sorted().toList();
        }
    }

    @Override
    protected boolean keepsOnce() {
        return false;
    }

    @Override
    protected boolean forgets() {
        return false;
    }
}
