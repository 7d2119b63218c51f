package io.firn.broker.plugin.guard;

/** Told when a plugin's code misbehaves and when it is well again. Any thread; must not block and must not throw. */
public interface HookAlarm {

    /** The plugin is not well in part; {@code reason} says what and what the broker does about it. */
    void degraded(String hook, String reason);

    /** What {@link #degraded} told of this hook is over. */
    void recovered(String hook);

    /** The plugin needs code that is not there: none of its hooks is called any more. */
    void quarantined(String hook, LinkageError cause);

    /** For hooks nobody reports on. */
    HookAlarm SILENT = new HookAlarm() {
        @Override
        public void degraded(String hook, String reason) {}

        @Override
        public void recovered(String hook) {}

        @Override
        public void quarantined(String hook, LinkageError cause) {}
    };
}
