package io.firn.broker;

import io.firn.broker.log.CommitLog;
import io.firn.broker.runtime.ConfigException;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a read-only broker does not do: it takes no messages, and topics, groups and offsets are the primary's to change.
 * Wired on the starting thread.
 *
 * @param broker which broker that is
 */
record ReadOnly(BrokerConfig broker) {

    private static final List<Integer> CHANGES = List.of(
            RequestCode.SEND_MESSAGE,
            RequestCode.SEND_MESSAGE_V2,
            RequestCode.SEND_BATCH_MESSAGE,
            RequestCode.SEND_REPLY_MESSAGE,
            RequestCode.SEND_REPLY_MESSAGE_V2,
            RequestCode.CONSUMER_SEND_MSG_BACK,
            RequestCode.RECALL_MESSAGE,
            RequestCode.END_TRANSACTION,
            RequestCode.RESUME_CHECK_HALF_MESSAGE,
            RequestCode.POP_MESSAGE,
            RequestCode.ACK_MESSAGE,
            RequestCode.BATCH_ACK_MESSAGE,
            RequestCode.PEEK_MESSAGE,
            RequestCode.CHANGE_MESSAGE_INVISIBLETIME,
            RequestCode.NOTIFICATION,
            RequestCode.POLLING_INFO,
            RequestCode.POP_ROLLBACK,
            RequestCode.SET_MESSAGE_REQUEST_MODE,
            RequestCode.UPDATE_CONSUMER_OFFSET,
            RequestCode.CLONE_GROUP_OFFSET,
            RequestCode.INVOKE_BROKER_TO_RESET_OFFSET,
            RequestCode.LOCK_BATCH_MQ,
            RequestCode.UNLOCK_BATCH_MQ,
            RequestCode.UPDATE_AND_CREATE_TOPIC,
            RequestCode.UPDATE_AND_CREATE_TOPIC_LIST,
            RequestCode.UPDATE_AND_CREATE_STATIC_TOPIC,
            RequestCode.DELETE_TOPIC_IN_BROKER,
            RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP,
            RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST,
            RequestCode.DELETE_SUBSCRIPTIONGROUP,
            RequestCode.UPDATE_AND_GET_GROUP_FORBIDDEN,
            RequestCode.CLEAN_EXPIRED_CONSUMEQUEUE,
            RequestCode.CLEAN_UNUSED_TOPIC,
            RequestCode.DELETE_EXPIRED_COMMITLOG);

    /** Refuses what changes something, if this broker is read-only. */
    RequestRouter.Builder close(RequestRouter.Builder table) {
        return broker.isReadOnly()
                ? table.replace(
                        (request, from) -> {
                            throw new RequestException(ResponseCode.NO_PERMISSION, refusal());
                        },
                        CHANGES)
                : table;
    }

    /** Why nothing is stored here; {@code other} when that is not because it is read-only. */
    @Nullable
    String refusalOr(@Nullable String other) {
        return broker.isReadOnly() ? refusal() : other;
    }

    private String refusal() {
        return "broker " + broker.brokerName() + " with id " + broker.brokerId()
                + " is read-only: this is for its primary, id 0";
    }

    /**
     * Messages of its own would be served as if they were the primary's.
     *
     * @throws ConfigException when there are some
     */
    void check(CommitLog log) {
        if (broker.isReadOnly() && !log.isUnused()) {
            throw new ConfigException(BrokerConfig.READ_ONLY_KEY + "=true: the store in " + broker.storeRoot()
                    + " has messages; a read-only broker takes an empty directory, storePathRootDir");
        }
    }
}
