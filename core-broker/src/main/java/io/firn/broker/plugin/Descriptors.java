package io.firn.broker.plugin;

import io.firn.broker.plugin.jar.PluginJar;
import io.firn.broker.plugin.jar.PluginManifest;
import io.firn.broker.plugin.jar.PluginManifest.Dependency;
import io.firn.broker.plugin.jar.PluginManifest.Need;
import java.util.Map;
import org.pf4j.DefaultPluginDescriptor;
import org.pf4j.PluginDependency;
import org.pf4j.PluginDescriptor;

/** Manifests as PF4J's descriptors. */
final class Descriptors {

    private Descriptors() {}

    /**
     * The descriptor of a jar. PF4J leaves optional dependencies out of its order; one that is there and fits is
     * therefore told as a required one, and one that is not is left out.
     *
     * @param present every plugin that is or may be loaded, by id
     */
    static PluginDescriptor of(PluginJar jar, Map<String, PluginJar> present) {
        PluginManifest manifest = jar.manifest();
        DefaultPluginDescriptor descriptor = new DefaultPluginDescriptor(
                manifest.id(),
                manifest.description(),
                manifest.mainClass(),
                manifest.version(),
                manifest.requires().text(),
                "",
                "");
        for (Dependency dependency : manifest.dependencies()) {
            if (dependency.need() == Need.REQUIRED || fits(dependency, present)) {
                descriptor.addDependency(new PluginDependency(dependency.id() + "@" + dependency.range()));
            }
        }
        return descriptor;
    }

    /** Whether the plugin depended on is there in a version that is accepted. */
    static boolean fits(Dependency dependency, Map<String, PluginJar> present) {
        PluginJar jar = present.get(dependency.id());
        return jar != null && dependency.range().accepts(jar.manifest().version());
    }
}
