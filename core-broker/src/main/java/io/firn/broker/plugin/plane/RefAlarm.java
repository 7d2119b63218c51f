package io.firn.broker.plugin.plane;

import io.firn.broker.plugin.context.PluginRef;
import io.firn.broker.plugin.guard.HookAlarm;
import io.firn.broker.plugin.guard.HookOwner;

/** Tells the host of a plugin what its guards tell. */
record RefAlarm(PluginRef.Troubles troubles) implements HookAlarm {

    static HookOwner ownerOf(PluginRef plugin) {
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
