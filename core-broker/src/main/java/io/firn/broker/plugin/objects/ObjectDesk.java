package io.firn.broker.plugin.objects;

import io.firn.broker.plugin.context.PluginRef;
import io.firn.broker.plugin.context.RefAlarm;
import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.context.RegistrationSink;
import io.firn.broker.plugin.guard.Guards;
import io.firn.broker.plugin.guard.PluginGuard;
import io.firn.broker.plugin.jar.PluginException;
import io.firn.spi.contract.Deadline;
import io.firn.spi.objects.ObjectSpace;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings plugins that use objects to the one that keeps them, if there is one now. That one comes and goes on
 * {@code firn-plugins}; spaces are for any thread.
 */
public final class ObjectDesk implements RegistrationSink {

    private final Guards guards;
    private volatile @Nullable Keeper keeper;
    /** Plugins are still being started for the first time. */
    private volatile boolean starting = true;
    /** Who kept objects and is being replaced, null when nobody is. */
    private volatile @Nullable String replaced;

    private ObjectDesk(Guards guards) {
        this.guards = guards;
    }

    /** Nobody keeps objects, and somebody may until {@link #settle}. */
    public static ObjectDesk open(Guards guards) {
        return new ObjectDesk(guards);
    }

    /** All plugins that were there at the start have been started: who is not there now is not awaited. */
    public void settle() {
        starting = false;
    }

    /** The objects of one plugin. */
    public ObjectSpace spaceOf(PluginRef plugin) {
        return new PluginObjects(plugin.id(), this);
    }

    ObjectSpace.State state() {
        if (keeper != null) {
            return ObjectSpace.State.READY;
        }
        return starting || replaced != null ? ObjectSpace.State.AWAITED : ObjectSpace.State.ABSENT;
    }

    @Nullable
    Keeper keeper() {
        return keeper;
    }

    @Override
    public void add(List<Registered> all) {
        for (Registered one : all) {
            if (one instanceof Registered.Objects objects) {
                Keeper present = keeper;
                if (present != null) {
                    throw new PluginException("plugin " + present.owner() + " keeps objects already, " + objects.owner()
                            + " can not: remove one of them");
                }
                keeper = new Keeper(
                        objects,
                        guards.guard(RefAlarm.ownerOf(objects.owner()), objects.label(), PluginGuard.Watch.NONE));
                replaced = null;
            }
        }
    }

    @Override
    public List<String> remove(Collection<Registered> all, Leaving leaving, Deadline deadline) {
        Keeper present = keeper;
        if (present == null || !all.contains(present.registered())) {
            return List.of();
        }
        if (leaving == Leaving.HANDOVER) {
            replaced = present.owner().id();
        }
        keeper = null;
        present.cease();
        return present.awaitQuiet(deadline);
    }

    @Override
    public void cease(Registered one) {
        Keeper present = keeper;
        if (present != null && one.equals(present.registered())) {
            present.cease();
        }
    }

    @Override
    public void withhold(String pluginId, String why) {
        release(pluginId);
    }

    @Override
    public void release(String pluginId) {
        if (pluginId.equals(replaced)) {
            replaced = null;
        }
    }
}
