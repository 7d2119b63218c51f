package io.firn.broker.wire;

/** The ext entries of an outgoing command, able to write themselves in either header encoding. */
@FunctionalInterface
public interface HeaderFields {
    /** No entries. */
    HeaderFields NONE = out -> {};

    /** Puts every entry once, in any order. Called on the thread that writes the frame. */
    void writeTo(ExtWriter out);
}
