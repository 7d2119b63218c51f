package io.firn.broker.plugin.guard;

/** Keeps a line for each time an operator overrules a plugin. */
@FunctionalInterface
public interface OperatorAudit {

    /**
     * Writes one line, durably, before what it tells of happens.
     *
     * @param operator who
     * @param what for people
     */
    void line(String operator, String what);
}
