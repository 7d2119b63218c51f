package io.firn.broker.server;

import io.firn.broker.wire.RemotingCommand;
import java.util.concurrent.CompletableFuture;

/** Answers a request with what a future brings: at once when it is there already, else on the thread that completes it. */
public final class LaterReply {

    private LaterReply() {}

    /** The responder is taken after the work was started: what that throws is answered by the router. */
    public static Reply to(RemotingCommand request, Connection from, CompletableFuture<? extends Reply.Now> answer) {
        if (answer.isDone() && !answer.isCompletedExceptionally()) {
            return answer.resultNow();
        }
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
