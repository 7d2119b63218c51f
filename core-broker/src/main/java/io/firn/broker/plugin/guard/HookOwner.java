package io.firn.broker.plugin.guard;

import java.nio.file.Path;

/**
 * The plugin a hook belongs to.
 *
 * @param pluginId unique among the plugins that are loaded
 * @param loader set as context class loader while the plugin's code runs
 * @param dataDir the plugin's directory, which exists
 * @param alarm told when the plugin's code misbehaves
 */
public record HookOwner(String pluginId, ClassLoader loader, Path dataDir, HookAlarm alarm) {}
