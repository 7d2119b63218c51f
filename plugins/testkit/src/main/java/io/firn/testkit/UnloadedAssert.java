package io.firn.testkit;

import org.assertj.core.api.AbstractAssert;

/** Assertions about what a plugin left behind. */
public final class UnloadedAssert extends AbstractAssert<UnloadedAssert, Unloaded> {

    UnloadedAssert(Unloaded actual) {
        super(actual, UnloadedAssert.class);
    }

    /** No thread, MBean or call of it goes on, and its class loader was collected. */
    public UnloadedAssert isClean() {
        isNotNull();
        if (!actual.leftovers().isEmpty()) {
            failWithMessage("plugin %s left behind: %s", actual.plugin(), String.join("; ", actual.leftovers()));
        }
        if (actual.loader() == Unloaded.Loader.HELD) {
            failWithMessage(
                    "the classes of plugin %s are still in memory: a thread, listener, thread local or cache outside of it"
                            + " holds one of its objects or classes",
                    actual.plugin());
        }
        return this;
    }
}
