package io.firn.broker.wire.body;

import org.jspecify.annotations.Nullable;

/** Reply to 901: the members of one broker group. */
public record BrokerMembersBody(@Nullable BrokerMembers brokerMemberGroup) {}
