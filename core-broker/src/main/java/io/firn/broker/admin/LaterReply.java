package io.firn.broker.admin;

import io.firn.broker.server.Connection;
import io.firn.broker.server.Reply;
import io.firn.broker.server.Responder;
import io.firn.broker.wire.RemotingCommand;
import java.util.concurrent.CompletableFuture;

/** Answers a request when a change is done, on the thread that completes it. */
final class LaterReply {

    private LaterReply() {}

    /** The responder is taken after the change was started: what that throws is answered by the router. */
    static Reply to(RemotingCommand request, Connection from, CompletableFuture<? extends Reply.Now> answer) {
        Responder responder = from.responder(request);
        var _ = answer.whenComplete((reply, failure) -> {
            if (failure == null) {
                responder.reply(reply);
            } else {
                responder.fail(failure);
            }
        });
        return Reply.LATER;
    }
}
