package io.firn.testkit;

import java.util.List;
import org.assertj.core.api.AssertProvider;

/**
 * What a plugin left behind when it was unloaded. {@code assertThat(unloaded).isClean()}.
 *
 * @param plugin its id
 * @param leftovers threads, MBeans and calls that go on, a phrase each
 * @param loader whether its classes are gone from memory
 */
public record Unloaded(String plugin, List<String> leftovers, Loader loader) implements AssertProvider<UnloadedAssert> {

    /** What became of the plugin's class loader. */
    public enum Loader {
        FREED,
        /** Collections have looked, and somebody holds on to one of its classes or objects. */
        HELD
    }

    public Unloaded {
        leftovers = List.copyOf(leftovers);
    }

    @Override
    public UnloadedAssert assertThat() {
        return new UnloadedAssert(this);
    }
}
