package io.firn.broker.runtime;

/** Told of a failure that its component could not handle. Decides whether the broker goes on, turns read-only or stops. */
@FunctionalInterface
public interface FaultHandler {

    /** Called on the failing component's thread; must not block. */
    void onFault(String component, Throwable cause);
}
