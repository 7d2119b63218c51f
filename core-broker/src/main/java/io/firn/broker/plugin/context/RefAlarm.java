package io.firn.broker.plugin.context;

import io.firn.broker.plugin.guard.HookAlarm;
import io.firn.broker.plugin.guard.HookOwner;

/** Tells the host of a plugin what its guards tell. Any thread. */
public record RefAlarm(PluginRef.Troubles troubles) implements HookAlarm {

    /** The plugin as guards know it. */
    public static HookOwner ownerOf(PluginRef plugin) {
        return new HookOwner(plugin.id(), plugin.loader(), plugin.dataDir(), new RefAlarm(plugin.troubles()));
    }

    @Override
    public void degraded(String hook, String reason) {
        troubles.degraded(hook, reason);
    }

    @Override
    public void recovered(String hook) {
        troubles.recovered(hook);
    }

    @Override
    public void quarantined(String hook, LinkageError cause) {
        troubles.unlinked(hook, cause);
    }
}
