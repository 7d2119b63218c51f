package io.firn.broker.plugin.context;

/** What all who call a plugin without a guard of their own do about what it throws. Any thread. */
public final class Faults {

    private Faults() {}

    /**
     * Tells the host of a class or member that is not there, which is the plugin's end.
     *
     * @param part of the plugin that was called, for people
     * @throws VirtualMachineError when that is what it was, unless it is a {@link StackOverflowError}: the JVM's trouble,
     *     not the plugin's
     */
    public static void tell(PluginRef owner, String part, Throwable thrown) {
        if (thrown instanceof VirtualMachineError fatal && !(thrown instanceof StackOverflowError)) {
            throw fatal;
        }
        if (thrown instanceof LinkageError missing) {
            owner.troubles().unlinked(part, missing);
        }
    }
}
