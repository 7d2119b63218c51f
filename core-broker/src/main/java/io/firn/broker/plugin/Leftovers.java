package io.firn.broker.plugin;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import javax.management.InstanceNotFoundException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Things outside of a stopped plugin that still belong to it, threads excepted. */
final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    /** A phrase for each that keeps the loader alive. Any thread. */
    static List<String> of(ClassLoader loader) {
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
