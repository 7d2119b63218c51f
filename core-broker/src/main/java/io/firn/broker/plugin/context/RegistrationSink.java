package io.firn.broker.plugin.context;

import io.firn.spi.contract.Deadline;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * Takes what active plugins have registered, and calls it. Called on {@code firn-plugins}, one plugin at a time: after
 * {@code start} returned with everything the plugin registered, and before {@code stop} with everything that is left.
 */
public interface RegistrationSink {

    /**
     * Begins to call them, all at once, those of its kinds; leaves the others alone.
     *
     * @throws io.firn.broker.plugin.jar.PluginException when it refuses them, such as two owners of one topic; then none
     *     of them is in force
     */
    void add(List<Registered> all);

    /**
     * No call of these begins after this returns; waits until the deadline for calls that have begun. Those it does not
     * have it leaves alone.
     *
     * @param leaving what readers of topics that the plugin owned meet afterwards
     * @return the calls still running, a phrase each
     */
    List<String> remove(Collection<Registered> all, Leaving leaving, Deadline deadline);

    /**
     * The plugin ends this registration itself: no call of it begins after this returns. Does not wait for those that have
     * begun; any thread, also one that runs such a call. {@link #remove} follows.
     */
    default void cease(Registered one) {
        remove(List.of(one), Leaving.AWAY, Deadline.after(Duration.ZERO, () -> 0L));
    }

    /**
     * A plugin that owns data is not there: nothing that it may hold is deleted, and topics that it owned stay offline,
     * until it is back.
     *
     * @param why goes on after the plugin's name, for clients and operators
     */
    default void withhold(String pluginId, String why) {}

    /** A plugin is not expected back: what it served and held is the local store's again. */
    default void release(String pluginId) {}

    /** Why registrations go. */
    enum Leaving {
        /** For good or until an operator says otherwise. */
        AWAY,
        /** The plugin has failed: what it owns stays offline, and what it may hold stays held. */
        OFFLINE,
        /** Its successor comes in a moment: who reads meanwhile waits, and what it may hold stays held. */
        HANDOVER
    }
}
