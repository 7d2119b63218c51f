package io.firn.broker.plugin;

import io.firn.broker.plugin.jar.PluginJar;
import io.firn.broker.plugin.jar.PluginManifest.Dependency;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.pf4j.DefaultVersionManager;
import org.pf4j.DependencyResolver;
import org.pf4j.DependencyResolver.WrongDependencyVersion;

/**
 * Which plugins can be loaded together and in which order: dependencies first. One plugin with a missing or circular
 * dependency takes those that need it with it, and nobody else.
 *
 * @param loadable in order
 * @param refused id to reason
 */
record LoadOrder(List<PluginJar> loadable, SortedMap<String, String> refused) {

    /** Orders these jars, whose ids differ; {@code loaded} are there already. */
    static LoadOrder of(Collection<PluginJar> candidates, Collection<PluginJar> loaded) {
        SortedMap<String, PluginJar> present = new TreeMap<>();
        loaded.forEach(jar -> present.put(jar.manifest().id(), jar));
        candidates.forEach(jar -> present.put(jar.manifest().id(), jar));
        SortedMap<String, String> refused = new TreeMap<>();
        DependencyResolver resolver = new DependencyResolver(new DefaultVersionManager());
        DependencyResolver.Result result = resolve(resolver, present);
        while (!result.isOK()) {
            SortedMap<String, String> wrong = problems(resolver, result, present);
            refused.putAll(wrong);
            present.keySet().removeAll(wrong.keySet());
            result = resolve(resolver, present);
        }
        List<PluginJar> order = new ArrayList<>();
        for (String id : result.getSortedPlugins()) {
            PluginJar jar = present.get(id);
            if (jar != null && candidates.contains(jar)) {
                order.add(jar);
            }
        }
        return new LoadOrder(order, refused);
    }

    private static DependencyResolver.Result resolve(DependencyResolver resolver, Map<String, PluginJar> present) {
        return resolver.resolve(present.values().stream()
                .map(jar -> Descriptors.of(jar, present))
                .toList());
    }

    private static SortedMap<String, String> problems(
            DependencyResolver resolver, DependencyResolver.Result result, Map<String, PluginJar> present) {
        SortedMap<String, String> wrong = new TreeMap<>();
        if (result.hasCyclicDependency()) {
            for (PluginJar jar : present.values()) {
                List<String> circle = circleFrom(jar.manifest().id(), present);
                if (!circle.isEmpty()) {
                    wrong.put(
                            jar.manifest().id(),
                            "it depends on itself: " + String.join(" -> ", circle)
                                    + "; plugins can not depend on each other in a circle");
                }
            }
            return wrong;
        }
        for (String missing : result.getNotFoundDependencies()) {
            for (String dependent : resolver.getDependents(missing)) {
                wrong.put(dependent, Roster.LACKS + missing + ", which is not there or was refused");
            }
        }
        for (WrongDependencyVersion version : result.getWrongVersionDependencies()) {
            wrong.put(
                    version.getDependentId(),
                    Roster.LACKS + version.getDependencyId() + " in version " + version.getRequiredVersion() + ", and "
                            + version.getExistingVersion() + " is there");
        }
        return wrong;
    }

    /** The way from a plugin back to itself; empty when there is none. */
    private static List<String> circleFrom(String start, Map<String, PluginJar> present) {
        Deque<List<String>> ways = new ArrayDeque<>();
        List<String> seen = new ArrayList<>();
        ways.add(List.of(start));
        while (!ways.isEmpty()) {
            List<String> way = ways.remove();
            for (String next : neighbours(way.getLast(), present)) {
                List<String> longer = new ArrayList<>(way);
                longer.add(next);
                if (next.equals(start)) {
                    return longer;
                }
                if (!seen.contains(next)) {
                    seen.add(next);
                    ways.add(longer);
                }
            }
        }
        return List.of();
    }

    private static List<String> neighbours(String id, Map<String, PluginJar> present) {
        PluginJar jar = present.get(id);
        return jar == null
                ? List.of()
                : jar.manifest().dependencies().stream()
                        .filter(dependency -> Descriptors.fits(dependency, present))
                        .map(Dependency::id)
                        .toList();
    }
}
