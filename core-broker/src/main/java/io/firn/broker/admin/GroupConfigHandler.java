package io.firn.broker.admin;

import io.firn.broker.group.GroupConfig;
import io.firn.broker.group.GroupConfigs;
import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.body.DataVersion;
import io.firn.broker.wire.body.SubscriptionGroupBody;
import io.firn.broker.wire.body.SubscriptionGroupTable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/** Shows the settings of consumer groups: codes 201 and 352. */
final class GroupConfigHandler {

    private static final ExtKey TOTAL = ExtKey.of("totalGroupNum");

    private final GroupConfigs configs;

    GroupConfigHandler(BrokerRooms rooms) {
        this.configs = rooms.groups().configs();
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG, pool, (request, from) -> all(request))
                .route(RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG, pool, this::one);
    }

    private Reply all(RemotingCommand request) {
        DataVersion version = configs.version();
        TablePage page = TablePage.of(request.ext(), "groupSeq", "maxGroupNum", version);
        Map<String, GroupConfig> all = Map.copyOf(configs.all());
        Map<String, SubscriptionGroupBody> shown = new LinkedHashMap<>();
        Map<String, Map<String, Integer>> forbidden = new LinkedHashMap<>();
        page.cut(all).forEach((name, group) -> {
            shown.put(name, group.body());
            if (!group.forbidden().isEmpty()) {
                forbidden.put(name, group.forbidden());
            }
        });
        return Reply.Now.ok(
                out -> out.put(TOTAL, all.size()), Json.encode(new SubscriptionGroupTable(shown, forbidden, version)));
    }

    /** A group that does not exist yet is created, where clients may create groups by using them. */
    private Reply one(RemotingCommand request, Connection from) {
        String name = request.ext().required("group");
        return LaterReply.to(
                request, from, configs.ensure(name).thenApply(group -> Reply.Now.ok(Json.encode(group.body()))));
    }
}
