package io.firn.compaction.pass;

/**
 * What to do in a pass.
 *
 * @param policy what the topic wants
 * @param groups how far the groups are that tombstones wait for
 */
public record PassOrder(Policy policy, GroupProgress groups) {}
