package io.firn.broker.plugin;

import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.context.RegistrationSink;
import io.firn.broker.plugin.context.RegistrationSink.Leaving;
import io.firn.spi.contract.Deadline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** All that take registrations, as one: all take a plugin's, or none does. Owner: {@code firn-plugins}. */
record Sinks(List<RegistrationSink> all) {

    Sinks {
        all = List.copyOf(all);
    }

    /** Begins to call them; throws what a sink throws, after the others have let go again. */
    void add(List<Registered> registered, Deadline undo) {
        List<RegistrationSink> taken = new ArrayList<>();
        try {
            for (RegistrationSink sink : all) {
                sink.add(registered);
                taken.add(sink);
            }
        } catch (RuntimeException e) {
            for (RegistrationSink sink : taken.reversed()) {
                sink.remove(registered, Leaving.AWAY, undo).forEach(call -> e.addSuppressed(stuck(call)));
            }
            throw e;
        }
    }

    private static IllegalStateException stuck(String call) {
        return new IllegalStateException("still running: " + call);
    }

    /** No call begins; the calls still running at the deadline. */
    List<String> remove(Collection<Registered> registered, Leaving leaving, Deadline deadline) {
        List<String> running = new ArrayList<>();
        for (RegistrationSink sink : all.reversed()) {
            running.addAll(sink.remove(registered, leaving, deadline));
        }
        return running;
    }

    /** No call of it begins any more; for any thread. */
    void cease(Registered registered) {
        all.forEach(sink -> sink.cease(registered));
    }

    void withhold(String pluginId, String why) {
        all.forEach(sink -> sink.withhold(pluginId, why));
    }

    void release(String pluginId) {
        all.forEach(sink -> sink.release(pluginId));
    }
}
