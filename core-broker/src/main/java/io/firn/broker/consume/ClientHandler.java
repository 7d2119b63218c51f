package io.firn.broker.consume;

import io.firn.broker.filter.Filters;
import io.firn.broker.group.ClientLink;
import io.firn.broker.group.Members;
import io.firn.broker.server.Connection;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.server.Responder;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.CheckClientBody;
import io.firn.broker.wire.body.ConsumerIdsBody;
import io.firn.broker.wire.body.HeartbeatBody;
import io.firn.broker.wire.body.SubscriptionBody;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Clients come, say they are there, ask who else is and whether they may subscribe so, and go: codes 34, 35, 38 and 46.
 * Runs on io threads.
 */
public final class ClientHandler {

    private static final ExtKey SUBSCRIPTION_CHANGED = ExtKey.of("IS_SUB_CHANGE");
    private static final HeaderFields HEARD = out -> out.put(SUBSCRIPTION_CHANGED, true);

    private final Members members;
    private final Filters filters;

    /** Serves these members, whose subscriptions have these filters. */
    public ClientHandler(Members members, Filters filters) {
        this.members = members;
        this.filters = filters;
    }

    /** Adds this handler's codes to the request table. */
    public void addTo(RequestRouter.Builder table) {
        table.route(RequestCode.HEART_BEAT, this::heartbeat)
                .route(RequestCode.UNREGISTER_CLIENT, this::unregister)
                .route(RequestCode.GET_CONSUMER_LIST_BY_GROUP, (request, from) -> list(request))
                .route(RequestCode.CHECK_CLIENT_CONFIG, (request, from) -> check(request));
    }

    private Reply heartbeat(RemotingCommand request, Connection from) {
        HeartbeatBody body = Json.decode(request.bodyBytes(), HeartbeatBody.class);
        ClientLink link = new ClientLink(from, request.language(), request.version());
        return later(members.heartbeat(link, body), from.responder(request), HEARD);
    }

    private Reply unregister(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        CompletableFuture<?> gone =
                members.unregister(from, ext.required("clientID"), ext.get("producerGroup"), ext.get("consumerGroup"));
        return later(gone, from.responder(request), HeaderFields.NONE);
    }

    private Reply list(RemotingCommand request) {
        String group = request.ext().required("consumerGroup");
        List<String> ids = members.ids(group);
        if (ids.isEmpty()) {
            throw new RequestException(ResponseCode.SYSTEM_ERROR, "no consumer for this group, " + group);
        }
        return Reply.Now.ok(Json.encode(new ConsumerIdsBody(ids)));
    }

    /** Asked by a client that starts with a condition: it fails at once instead of at its first pull. */
    private Reply check(RemotingCommand request) {
        byte[] body = request.bodyBytes();
        SubscriptionBody wanted = body.length == 0
                ? null
                : Json.decode(body, CheckClientBody.class).subscriptionData();
        if (wanted != null) {
            filters.check(wanted);
        }
        return Reply.Now.ok(HeaderFields.NONE);
    }

    private static Reply later(CompletableFuture<?> done, Responder responder, HeaderFields fields) {
        done.whenComplete((result, failure) -> {
            if (failure == null) {
                responder.reply(Reply.Now.ok(fields));
            } else {
                responder.fail(failure);
            }
        });
        return Reply.LATER;
    }
}
