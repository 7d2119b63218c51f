package io.firn.broker.plugin;

import io.firn.broker.plugin.context.ContextPorts;
import io.firn.broker.plugin.context.RegistrationSink;
import io.firn.broker.plugin.store.AuditLog;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.FaultHandler;
import io.firn.broker.runtime.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the host is wired with.
 *
 * @param context what plugins see of the broker
 * @param sinks who calls what plugins register, in the order in which it begins to
 * @param metrics the broker's
 * @param clock the broker's
 * @param faults told of bugs of the host
 * @param audit keeps a line per change, the only one that writes the file
 * @param environment variables that outweigh the plugins' files
 */
public record PluginPorts(
        ContextPorts context,
        List<RegistrationSink> sinks,
        Metrics metrics,
        Clock clock,
        FaultHandler faults,
        AuditLog audit,
        Map<String, String> environment) {

    public PluginPorts {
        sinks = List.copyOf(sinks);
        environment = Map.copyOf(environment);
    }

    /** The same with one more sink. */
    PluginPorts with(RegistrationSink sink) {
        List<RegistrationSink> more = new ArrayList<>(sinks);
        more.add(sink);
        return new PluginPorts(context, more, metrics, clock, faults, audit, environment);
    }
}
