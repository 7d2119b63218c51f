package io.firn.broker.queue;

/** What the dispatcher feeds. All three are used on its thread from then on, and by others as they say. */
public record DispatchTargets(ConsumeQueues queues, KeyIndex index, LongPolls polls) {}
