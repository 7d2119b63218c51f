package io.firn.broker.plugin.desk;

import org.jspecify.annotations.Nullable;

/**
 * Who asks the desk, admitted already.
 *
 * @param origin address
 * @param user null when the broker asks nobody who he is
 */
record Asker(String origin, @Nullable String user) {

    /** For the audit log. */
    String label() {
        return user == null ? "operator at " + origin : "operator " + user + " at " + origin;
    }
}
