package io.firn.spi.samples;

import io.firn.spi.admin.AdminCommand;
import io.firn.spi.admin.HttpHandler;
import io.firn.spi.admin.HttpReply;
import io.firn.spi.fake.FakeHttpCall;
import io.firn.spi.tck.AdminCommandContract;
import io.firn.spi.tck.HttpRouteContract;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class AdminContractTest {

    @Test
    void passesForACommand() {
        Suites.assertKeeps(Counts.class);
    }

    @Test
    void failsForEachBrokenClauseOfACommand() {
        Suites.assertEachClauseIsNeeded(AdminCommandContract.class, BrokenCommands.class);
    }

    @Test
    void passesForRoutes() {
        Suites.assertKeeps(Shows.class);
        Suites.assertKeeps(Streams.class);
    }

    @Test
    void failsForEachBrokenClauseOfARoute() {
        Suites.assertEachClauseIsNeeded(HttpRouteContract.class, BrokenRoutes.class);
    }

    /** How many. */
    record Many(int count) {}

    abstract static class Command extends AdminCommandContract<Many> {
        @Override
        protected Many arguments() {
            return new Many(3);
        }

        @Override
        protected Many nonsense() {
            return new Many(-1);
        }

        static void check(Many many) {
            if (many.count() < 0) {
                throw new IllegalArgumentException("count is " + many.count() + ": give 0 or more");
            }
        }
    }

    static final class Counts extends Command {
        @Override
        protected AdminCommand<Many> command() {
            return (many, caller) -> {
                check(many);
                return Map.of("counted", List.of(many), "by", caller.origin());
            };
        }
    }

    static final class BrokenCommands {

        static final class AnswersWithAPlainValue extends Command {
            @Override
            protected AdminCommand<Many> command() {
                return (many, caller) -> new Object();
            }
        }

        static final class AsksNobodyForAUser extends Command {
            @Override
            protected AdminCommand<Many> command() {
                return (many, caller) -> caller.user().orElseThrow();
            }
        }

        static final class RefusesNonsenseAsTheCallersMistake extends Command {
            @Override
            protected AdminCommand<Many> command() {
                return (many, caller) -> "x".repeat(Math.max(0, many.count()));
            }
        }

        static final class RunsSeveralTimesAtOnce extends Command {
            private final AtomicInteger calls = new AtomicInteger();

            @Override
            protected AdminCommand<Many> command() {
                return (many, caller) -> {
                    check(many);
                    if (calls.incrementAndGet() > 10) {
                        throw new IllegalStateException("worn out");
                    }
                    return 1;
                };
            }
        }
    }

    abstract static class Route extends HttpRouteContract {
        @Override
        protected FakeHttpCall call() {
            return new FakeHttpCall().withVariable("topic", "T").withQuery("limit", "3");
        }
    }

    static final class Shows extends Route {
        @Override
        protected HttpHandler handler() {
            return call -> HttpReply.ok(Map.of("topic", call.variable("topic"), "bytes", call.body().length));
        }
    }

    static final class Streams extends Route {
        @Override
        protected HttpHandler handler() {
            return call ->
                    new HttpReply.Stream(200, "text/plain", out -> out.write("long".getBytes(StandardCharsets.UTF_8)));
        }
    }

    static final class BrokenRoutes {

        static final class AnswersItsCall extends Route {
            @Override
            protected HttpHandler handler() {
                return call -> HttpReply.text(500, "always");
            }
        }

        static final class RepliesWhatCanBeWritten extends Route {
            @Override
            protected HttpHandler handler() {
                return call -> HttpReply.ok(Map.of("at", new Object()));
            }
        }

        static final class AnswersABodyOfGarbageWithoutFailing extends Route {
            @Override
            protected HttpHandler handler() {
                return call -> {
                    if (call.body().length > 0) {
                        throw new IllegalStateException("not understood");
                    }
                    return HttpReply.ok("fine");
                };
            }
        }

        static final class RunsSeveralTimesAtOnce extends Route {
            private final AtomicInteger calls = new AtomicInteger();

            @Override
            protected HttpHandler handler() {
                return call -> HttpReply.text(calls.incrementAndGet() > 10 ? 503 : 200, "so many");
            }
        }
    }
}
