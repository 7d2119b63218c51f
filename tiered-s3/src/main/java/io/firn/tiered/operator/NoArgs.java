package io.firn.tiered.operator;

/** Arguments of a command that has none. */
public record NoArgs() {}
