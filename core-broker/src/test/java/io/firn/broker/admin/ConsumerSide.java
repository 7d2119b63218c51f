package io.firn.broker.admin;

import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.ConsumerStatusBody;
import io.firn.broker.wire.body.MessageQueue;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What a client answers when the broker asks it something, for tests of what is relayed. */
final class ConsumerSide {

    static final MessageQueue QUEUE = new MessageQueue("T1", AdminRoom.BROKER, 0);

    /** Pushes it got, which are not answered. */
    final Queue<RemotingCommand> resets = new ConcurrentLinkedQueue<>();

    /** The fields it was asked with, the record it was given, its offset; a group that fails by its name. */
    RequestRouter router() {
        return RequestRouter.builder()
                .route(RequestCode.RESET_CONSUMER_CLIENT_OFFSET, (request, from) -> {
                    resets.add(request.detach());
                    return Reply.NONE;
                })
                .route(
                        RequestCode.GET_CONSUMER_RUNNING_INFO,
                        (request, from) ->
                                Reply.Now.ok(request.ext().asMap().toString().getBytes(StandardCharsets.UTF_8)))
                .route(RequestCode.CONSUME_MESSAGE_DIRECTLY, (request, from) -> Reply.Now.ok(request.bodyBytes()))
                .route(
                        RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT,
                        (request, from) -> request.ext().required("group").equals("Broken")
                                ? Reply.Now.of(ResponseCode.SYSTEM_ERROR, "no consumer of that group")
                                : Reply.Now.ok(Json.encode(new ConsumerStatusBody(Map.of(QUEUE, 42L), Map.of()))))
                .build();
    }
}
