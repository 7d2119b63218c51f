package io.firn.spi.fake;

import io.firn.spi.BrokerRole;
import io.firn.spi.BrokerView;
import io.firn.spi.RoleListener;
import io.firn.spi.contract.Registration;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A broker whose role a test changes; listeners are told on the test's thread. */
public final class FakeBroker implements BrokerView {

    private final Path storeDir;
    private final List<RoleListener> listeners = new CopyOnWriteArrayList<>();
    private volatile BrokerRole role = BrokerRole.PRIMARY;

    /** A primary. */
    public FakeBroker(Path storeDir) {
        this.storeDir = storeDir;
    }

    /** Takes another role. */
    public void become(BrokerRole next) {
        BrokerRole before = role;
        role = next;
        listeners.forEach(listener -> listener.onRole(before, next));
    }

    @Override
    public String cluster() {
        return "fake-cluster";
    }

    @Override
    public String name() {
        return "fake-broker";
    }

    @Override
    public long id() {
        return role == BrokerRole.PRIMARY ? 0 : 1;
    }

    @Override
    public String version() {
        return "0.0.0";
    }

    @Override
    public BrokerRole role() {
        return role;
    }

    @Override
    public Registration onRoleChange(RoleListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public Path storeDir() {
        return storeDir;
    }
}
