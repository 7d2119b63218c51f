package io.firn.broker.server;

import io.firn.broker.wire.RemotingCommand;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Our own requests on one connection that wait for answers, by opaque. Owned by the connection's io thread. */
final class PendingCalls {

    private final Map<Integer, OutgoingCall> waiting = new HashMap<>();
    private int lastOpaque;

    /** A correlation id that no waiting call has. */
    int nextOpaque() {
        do {
            lastOpaque++;
        } while (waiting.containsKey(lastOpaque));
        return lastOpaque;
    }

    /** Starts to wait; the result is the opaque to send. */
    int register(OutgoingCall call) {
        int opaque = nextOpaque();
        waiting.put(opaque, call);
        return opaque;
    }

    /** Gives an answer to whoever waits for it; an answer nobody waits for came too late and is dropped. */
    void complete(RemotingCommand answer) {
        OutgoingCall call = waiting.remove(answer.opaque());
        if (call != null) {
            call.complete(answer);
        }
    }

    void forget(int opaque) {
        waiting.remove(opaque);
    }

    /** The connection is closed: nobody will get an answer. */
    void failAll(String why) {
        List<OutgoingCall> calls = new ArrayList<>(waiting.values());
        waiting.clear();
        for (OutgoingCall call : calls) {
            call.fail(CallException.Failure.CLOSED, why);
        }
    }
}
