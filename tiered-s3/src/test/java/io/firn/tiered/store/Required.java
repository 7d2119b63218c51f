package io.firn.tiered.store;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.List;

/**
 * Which back ends must be there: the environment variable {@code FIRN_REQUIRE_BACKENDS}, names separated by commas.
 * A back end that is absent is a skipped test that says why, or a failed one if it is named.
 */
final class Required {
    static final String VARIABLE = "FIRN_REQUIRE_BACKENDS";

    private Required() {}

    /** Ends the test class: {@code name} cannot run here for this reason. */
    static StoreBackend absent(String name, String reason) {
        String required = System.getenv().getOrDefault(VARIABLE, "");
        if (List.of(required.split("[, ]+", -1)).contains(name)) {
            return fail(VARIABLE + " names " + name + ", but " + reason);
        }
        return abort(name + " is not tested: " + reason);
    }
}
