package io.firn.broker.consume;

import io.firn.broker.group.ConsumerGroup;
import io.firn.broker.group.Member;
import io.firn.broker.group.RebalanceListener;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.RequestCode;

/** Tells every member of a group at once that others came or went (code 40), so that none waits for its own timer. */
public final class RebalanceNotices implements RebalanceListener {

    private static final ExtKey CONSUMER_GROUP = ExtKey.of("consumerGroup");
    private static final byte[] NO_BODY = {};

    @Override
    public void rebalance(ConsumerGroup group) {
        HeaderFields header = out -> out.put(CONSUMER_GROUP, group.name());
        for (Member member : group.members()) {
            member.link().connection().notify(RequestCode.NOTIFY_CONSUMER_IDS_CHANGED, header, NO_BODY);
        }
    }
}
