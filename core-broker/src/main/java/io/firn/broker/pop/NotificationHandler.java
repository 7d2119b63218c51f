package io.firn.broker.pop;

import io.firn.broker.record.RecordFilter;
import io.firn.broker.server.Connection;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.server.Responder;
import io.firn.broker.topic.Topic;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;

/**
 * NOTIFICATION (200054): tells when there is something to pop, without popping it. Whoever asks stands in one line with the
 * pops that wait for the same, and lets the next one go on when it was told. POLLING_INFO (200055) says how long the line
 * is. On io threads.
 */
final class NotificationHandler {

    private static final ExtKey HAS_MESSAGE = ExtKey.of("hasMsg");
    private static final ExtKey IS_FULL = ExtKey.of("pollingFull");
    private static final ExtKey NUMBER = ExtKey.of("pollingNum");

    private final PopChecks checks;
    private final PopMeans means;

    NotificationHandler(PopChecks checks, PopMeans means) {
        this.checks = checks;
        this.means = means;
    }

    void addTo(RequestRouter.Builder router) {
        router.route(RequestCode.NOTIFICATION, this::notification)
                .route(RequestCode.POLLING_INFO, (request, from) -> waiting(request))
                .notOnSecondPort(RequestCode.NOTIFICATION, RequestCode.POLLING_INFO);
    }

    private Reply notification(RemotingCommand command, Connection from) {
        ExtFields ext = command.ext();
        Topic topic = checks.topic(ext);
        String group = checks.group(ext).name();
        long waitMs = checks.waitMs(ext);
        PopRequest request = new PopRequest(
                group,
                topic.name(),
                Math.max(PopRequest.ANY, ext.requiredInt("queueId")),
                topic.readQueues(),
                1,
                0,
                PopRequest.Start.MIN,
                RecordFilter.ALL,
                waitMs > 0 ? PopRequest.Waiting.YES : PopRequest.Waiting.NO,
                means.clock().nanos() + Math.max(0, waitMs) * 1_000_000);
        new Line(request, from.responder(command)).look();
        return Reply.LATER;
    }

    private Reply waiting(RemotingCommand command) {
        ExtFields ext = command.ext();
        Topic topic = checks.topic(ext);
        long waiting = means.waiting(checks.group(ext).name(), topic.name(), ext.requiredInt("queueId"));
        return Reply.Now.ok(out -> out.put(NUMBER, waiting));
    }

    private enum Found {
        YES,
        NO
    }

    private static Reply.Now answer(Found message, Found full) {
        return Reply.Now.ok(out -> {
            out.put(HAS_MESSAGE, message == Found.YES);
            out.put(IS_FULL, full == Found.YES);
        });
    }

    /** Somebody who wants to be told. */
    private final class Line implements Waits.Waiter {

        private final PopRequest request;
        private final Responder responder;

        Line(PopRequest request, Responder responder) {
            this.request = request;
            this.responder = responder;
        }

        @Override
        public long deadlineNanos() {
            return request.deadlineNanos();
        }

        @Override
        public boolean isAbandoned() {
            return !responder.connection().isOpen();
        }

        @Override
        public void wake() {
            responder.connection().execute(this::look);
        }

        /** Looks, and waits when there is nothing: whatever happens, this is answered. */
        void look() {
            responder.goOn(
                    () -> {
                        var _ = means.hasMessage(request)
                                .whenComplete((has, failure) -> responder.goOn(() -> told(has), Line::holdsNothing));
                    },
                    Line::holdsNothing);
        }

        private static void holdsNothing() {
            // what a notification needs is the request's alone
        }

        private void told(boolean has) {
            if (has) {
                responder.reply(answer(Found.YES, Found.NO));
                means.othersGoOn(request);
            } else if (request.waiting() == PopRequest.Waiting.NO) {
                responder.reply(answer(Found.NO, Found.NO));
            } else {
                means.await(request, this);
            }
        }

        @Override
        public void expire() {
            responder.reply(answer(Found.NO, Found.NO));
        }

        @Override
        public void refused() {
            responder.reply(answer(Found.NO, Found.YES));
        }
    }
}
