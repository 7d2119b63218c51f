package io.firn.broker.plugin;

import io.firn.broker.plugin.jar.PluginClassLoader;
import io.firn.broker.plugin.jar.PluginClassLoader.Export;
import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.plugin.jar.PluginJar;
import io.firn.broker.plugin.jar.PluginManifest.Dependency;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pf4j.AbstractPluginManager;
import org.pf4j.DefaultExtensionFactory;
import org.pf4j.DefaultVersionManager;
import org.pf4j.ExtensionFactory;
import org.pf4j.ExtensionFinder;
import org.pf4j.LegacyExtensionFinder;
import org.pf4j.Plugin;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginRepository;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginStatusProvider;
import org.pf4j.PluginWrapper;
import org.pf4j.VersionManager;

/**
 * PF4J as this broker uses it: it keeps the loaded plugins with their dependencies and versions, and starts and stops
 * them by id. It never scans a directory, extracts an archive, looks for extensions or decides alone that one may be
 * loaded; {@link LoadOrder} has looked before, so that its all-or-nothing errors do not arise. Not thread-safe (pf4j
 * issue 421); owner: {@code firn-plugins}.
 */
final class Pf4jShelf extends AbstractPluginManager {

    private final Map<Path, PluginJar> jars = new HashMap<>();
    private final ClassLoader host;
    private final Steps steps;

    /** What starting and stopping a plugin means; called by PF4J within {@link #begin} and {@link #end}. */
    interface Steps {

        void start(String id);

        void stop(String id);
    }

    /** An empty shelf; {@code host} has the SPI of version {@code spiVersion}. */
    Pf4jShelf(ClassLoader host, String spiVersion, Steps steps) {
        this.host = host;
        this.steps = steps;
        systemVersion = spiVersion;
    }

    /**
     * Opens the class loader of a jar whose dependencies are loaded.
     *
     * @throws PluginException when PF4J refuses it
     */
    PluginClassLoader load(PluginJar jar) {
        String id = jar.manifest().id();
        if (!jar.manifest().requires().accepts(systemVersion)) {
            throw new PluginException("it needs SPI " + jar.manifest().requires() + ", and this broker has "
                    + systemVersion + ": use a release of the plugin for this broker");
        }
        jars.put(jar.cached(), jar);
        try {
            loadPlugin(jar.cached());
            return loaderOf(id);
        } catch (PluginRuntimeException e) {
            jars.remove(jar.cached());
            throw new PluginException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Starts a loaded plugin whose dependencies are started; throws what {@link Steps#start} throws. */
    void begin(String id) {
        startPlugin(id);
    }

    /** Stops a started plugin, but not those that depend on it: they have been stopped before. */
    void end(String id) {
        stopPlugin(id, false);
    }

    /** Forgets a stopped or failed plugin and closes its class loader, dependents excepted as above. */
    void forget(String id) {
        PluginWrapper wrapper = plugins.get(id);
        if (wrapper != null) {
            jars.remove(wrapper.getPluginPath());
            unloadPlugin(id, false, true);
        }
    }

    /** Loaded plugins that depend on this one, directly. */
    List<String> dependents(String id) {
        List<String> found = new ArrayList<>();
        for (PluginWrapper wrapper : plugins.values()) {
            boolean depends = wrapper.getDescriptor().getDependencies().stream()
                    .anyMatch(dependency -> dependency.getPluginId().equals(id));
            if (depends) {
                found.add(wrapper.getPluginId());
            }
        }
        return found;
    }

    /** What is loaded now, by id. */
    Map<String, PluginJar> loaded() {
        Map<String, PluginJar> loaded = new HashMap<>();
        jars.values().forEach(jar -> loaded.put(jar.manifest().id(), jar));
        return loaded;
    }

    private PluginClassLoader loaderOf(String id) {
        if (getPluginClassLoaders().get(id) instanceof PluginClassLoader loader) {
            return loader;
        }
        throw new IllegalStateException("plugin " + id + " is loaded by another loader");
    }

    private PluginJar jarAt(Path path) {
        PluginJar jar = jars.get(path);
        if (jar == null) {
            throw new IllegalStateException(path + " was not given to this shelf");
        }
        return jar;
    }

    private ClassLoader openLoader(PluginJar jar) {
        Map<String, PluginJar> loaded = loaded();
        List<Export> imports = new ArrayList<>();
        for (Dependency dependency : jar.manifest().dependencies()) {
            PluginJar exporter = loaded.get(dependency.id());
            if (exporter != null && Descriptors.fits(dependency, loaded) && plugins.containsKey(dependency.id())) {
                imports.add(new Export(
                        loaderOf(dependency.id()),
                        Set.copyOf(exporter.manifest().exports())));
            }
        }
        return PluginClassLoader.open(jar, host, imports);
    }

    @Override
    protected List<Path> createPluginsRoot() {
        return List.of();
    }

    @Override
    protected PluginRepository createPluginRepository() {
        return new PluginRepository() {
            @Override
            public List<Path> getPluginPaths() {
                return List.of();
            }

            @Override
            public boolean deletePluginPath(Path path) {
                return false;
            }
        };
    }

    @Override
    protected PluginFactory createPluginFactory() {
        return loaded -> new Plugin() {
            @Override
            public void start() {
                steps.start(loaded.getPluginId());
            }

            @Override
            public void stop() {
                steps.stop(loaded.getPluginId());
            }
        };
    }

    @Override
    protected ExtensionFactory createExtensionFactory() {
        return new DefaultExtensionFactory();
    }

    @Override
    protected PluginDescriptorFinder createPluginDescriptorFinder() {
        return new PluginDescriptorFinder() {
            @Override
            public boolean isApplicable(Path path) {
                return jars.containsKey(path);
            }

            @Override
            public PluginDescriptor find(Path path) {
                return Descriptors.of(jarAt(path), loaded());
            }
        };
    }

    /** Needed by PF4J and never asked: plugins register what they have by calling, not by annotation. */
    @Override
    protected ExtensionFinder createExtensionFinder() {
        return new LegacyExtensionFinder(this);
    }

    /** What is switched off is not loaded at all. */
    @Override
    protected PluginStatusProvider createPluginStatusProvider() {
        return new PluginStatusProvider() {
            @Override
            public boolean isPluginDisabled(String id) {
                return false;
            }

            @Override
            public void disablePlugin(String id) {
                throw new UnsupportedOperationException("the host switches plugins off: " + id);
            }

            @Override
            public void enablePlugin(String id) {
                throw new UnsupportedOperationException("the host switches plugins on: " + id);
            }
        };
    }

    @Override
    protected PluginLoader createPluginLoader() {
        return new PluginLoader() {
            @Override
            public boolean isApplicable(Path path) {
                return jars.containsKey(path);
            }

            @Override
            public ClassLoader loadPlugin(Path path, PluginDescriptor descriptor) {
                return openLoader(jarAt(path));
            }
        };
    }

    @Override
    protected VersionManager createVersionManager() {
        return new DefaultVersionManager();
    }
}
