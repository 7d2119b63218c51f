package io.firn.broker.admin;

import io.firn.broker.group.GroupConfig;
import io.firn.broker.group.GroupConfigs;
import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.group.GroupName;
import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.GroupForbiddenBody;
import io.firn.broker.wire.body.SubscriptionGroupBody;
import io.firn.broker.wire.body.SubscriptionGroupListBody;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Creates, changes and deletes consumer groups: codes 200, 225, 207 and 353. Answered when the change is on disk. */
final class GroupChangeHandler {

    private final GroupCoordinator groups;
    private final GroupConfigs configs;

    GroupChangeHandler(BrokerRooms rooms) {
        this.groups = rooms.groups();
        this.configs = groups.configs();
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP, pool, this::put)
                .route(RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST, pool, this::putAll)
                .route(RequestCode.DELETE_SUBSCRIPTIONGROUP, pool, this::delete)
                .route(RequestCode.UPDATE_AND_GET_GROUP_FORBIDDEN, pool, this::forbid);
    }

    private Reply put(RemotingCommand request, Connection from) {
        SubscriptionGroupBody wish = Json.decode(request.bodyBytes(), SubscriptionGroupBody.class);
        return LaterReply.to(request, from, change(List.of(wish)));
    }

    private Reply putAll(RemotingCommand request, Connection from) {
        List<SubscriptionGroupBody> wishes = Json.decode(request.bodyBytes(), SubscriptionGroupListBody.class)
                .groupConfigList();
        if (wishes == null) {
            throw new RequestException(ResponseCode.SYSTEM_ERROR, "body of request 225 has no groupConfigList");
        }
        return LaterReply.to(request, from, change(wishes));
    }

    /** All or, when a name is refused, none. */
    private CompletableFuture<Reply.Now> change(List<SubscriptionGroupBody> wishes) {
        wishes.forEach(wish -> GroupName.validate(wish.groupName()));
        List<CompletableFuture<GroupConfig>> puts = new ArrayList<>(wishes.size());
        for (SubscriptionGroupBody wish : wishes) {
            puts.add(configs.put(wish));
        }
        return CompletableFuture.allOf(puts.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> Reply.Now.ok());
    }

    /** Old and new tools call the wish to forget offsets differently. */
    private Reply delete(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        String group = ext.required("groupName");
        boolean forget = ext.booleanOr("cleanOffset", false) || ext.booleanOr("removeOffset", false);
        CompletableFuture<Reply.Now> answer = configs.delete(group).thenApply(gone -> {
            groups.deliveries().removeGroup(group);
            if (forget) {
                groups.offsets().removeGroup(group);
            }
            return Reply.Now.ok();
        });
        return LaterReply.to(request, from, answer);
    }

    /** Without the field {@code readable} it only tells what holds. */
    private Reply forbid(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        String group = ext.required("group");
        String topic = ext.required("topic");
        if (ext.get("readable") == null) {
            GroupConfig config = configs.find(group);
            return forbidden(
                    group,
                    topic,
                    config == null || config.mayRead(topic)
                            ? GroupConfig.Reading.ALLOWED
                            : GroupConfig.Reading.FORBIDDEN);
        }
        GroupConfig.Reading wanted =
                ext.requiredBoolean("readable") ? GroupConfig.Reading.ALLOWED : GroupConfig.Reading.FORBIDDEN;
        return LaterReply.to(
                request,
                from,
                configs.setReading(group, topic, wanted).thenApply(done -> forbidden(group, topic, wanted)));
    }

    private static Reply.Now forbidden(String group, String topic, GroupConfig.Reading reading) {
        return Reply.Now.ok(Json.encode(new GroupForbiddenBody(topic, group, reading == GroupConfig.Reading.ALLOWED)));
    }
}
