package io.firn.broker.plugin.context;

import java.nio.file.Path;
import java.util.concurrent.Executor;

/**
 * A running plugin, for whoever calls it. Any thread.
 *
 * @param id from the manifest
 * @param version from the manifest
 * @param loader its class loader, the context loader for calls into it
 * @param dataDir its directory in the store
 * @param threads up to a few threads of the plugin, for calls that may block
 * @param troubles where its faults are told
 */
public record PluginRef(
        String id, String version, ClassLoader loader, Path dataDir, Executor threads, Troubles troubles) {

    /** What whoever calls a plugin tells the host. Any thread; does not block. */
    public interface Troubles {

        /** A part of the plugin works badly. */
        void degraded(String part, String reason);

        /** That part is well again. */
        void recovered(String part);

        /** The plugin met a class or member that is not there: it is never called again. */
        void unlinked(String part, LinkageError cause);
    }

    /** {@code id@version}. */
    public String label() {
        return id + "@" + version;
    }

    @Override
    public String toString() {
        return label();
    }
}
