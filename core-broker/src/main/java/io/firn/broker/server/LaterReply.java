package io.firn.broker.server;

import io.firn.broker.wire.RemotingCommand;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Answers a request with what a future brings: at once when it is there already, else on the thread that completes it. */
public final class LaterReply {

    private LaterReply() {}

    /** The responder is taken after the work was started: what that throws is answered by the router. */
    public static Reply to(RemotingCommand request, Connection from, CompletableFuture<? extends Reply.Now> answer) {
        if (answer.isDone() && !answer.isCompletedExceptionally()) {
            return answer.resultNow();
        }
        answer(from.responder(request), answer);
        return Reply.LATER;
    }

    /** Answers with what work brings that begins here and now, or with what it throws. */
    public static void to(Responder responder, Supplier<? extends CompletableFuture<? extends Reply.Now>> work) {
        responder.goOn(() -> answer(responder, work.get()), () -> {});
    }

    private static void answer(Responder responder, CompletableFuture<? extends Reply.Now> answer) {
        var _ = answer.whenComplete((reply, failure) -> {
            if (failure == null) {
                responder.reply(reply);
            } else {
                responder.fail(failure);
            }
        });
    }
}
