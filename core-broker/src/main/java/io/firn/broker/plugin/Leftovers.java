package io.firn.broker.plugin;

import io.firn.broker.plugin.jar.PluginClassLoader;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import javax.management.InstanceNotFoundException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Things outside of a stopped plugin that still belong to it, live threads excepted. What would run code of a closed jar
 * later, drivers and shutdown hooks, is taken back.
 */
final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    /** A phrase for each that keeps the loader alive, or did until now. Any thread. */
    static List<String> of(PluginClassLoader loader) {
        List<String> found = new ArrayList<>(beans(loader));
        loader.takeBackDrivers().forEach(driver -> found.add("JDBC driver " + driver));
        found.addAll(JvmLeftovers.shutdownHooks(loader));
        found.addAll(JvmLeftovers.threadLocals(loader));
        return found;
    }

    private static List<String> beans(ClassLoader loader) {
        List<String> found = new ArrayList<>();
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : server.queryNames(null, null)) {
            try {
                if (loader.equals(server.getClassLoaderFor(name))) {
                    found.add("MBean " + name);
                }
            } catch (InstanceNotFoundException e) {
                LOG.debug("{} was unregistered since it was listed: no leftover", name, e);
            }
        }
        return found;
    }
}
