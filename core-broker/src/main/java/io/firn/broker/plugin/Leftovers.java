package io.firn.broker.plugin;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import javax.management.InstanceNotFoundException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Things outside of a stopped plugin that still belong to it, threads excepted. */
final class Leftovers {

    private Leftovers() {}

    /** A phrase for each that keeps the loader alive. Any thread. */
    static List<String> of(ClassLoader loader) {
        List<String> found = new ArrayList<>();
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : server.queryNames(null, null)) {
            try {
                if (server.getClassLoaderFor(name) == loader) {
                    found.add("MBean " + name);
                }
            } catch (InstanceNotFoundException e) {
                // unregistered since it was listed: then it is no leftover
                continue;
            }
        }
        return found;
    }
}
