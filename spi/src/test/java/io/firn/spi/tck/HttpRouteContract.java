package io.firn.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.admin.HttpHandler;
import io.firn.spi.admin.HttpReply;
import io.firn.spi.fake.FakeHttpCall;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a broker relies on in every {@link HttpHandler}. */
public abstract class HttpRouteContract {

    private static final int THREADS = 4;
    private static final int CALLS = 40;
    private static final long LIMIT_S = 60;
    private static final int FIRST_STATUS = 200;
    private static final int FIRST_ERROR = 400;
    private static final int LAST_STATUS = 599;

    /** A handler, new or not; each test asks once. */
    protected abstract HttpHandler handler();

    /** A call that makes sense, with all variables of the route's path; new each time. */
    protected abstract FakeHttpCall call();

    @Test
    void answersItsCall() throws Exception {
        HttpReply reply = handler().handle(call());
        assertThat(reply).isNotNull();
        assertThat(reply.status()).isBetween(FIRST_STATUS, FIRST_ERROR - 1);
    }

    @Test
    void repliesWhatCanBeWritten() throws Exception {
        switch (handler().handle(call())) {
            case HttpReply.Json json ->
                assertThat(PlainValues.isPlain(json.value()))
                        .as("plain: %s", json.value())
                        .isTrue();
            case HttpReply.Text text -> assertThat(text.contentType()).contains("/");
            case HttpReply.Stream stream -> {
                assertThat(stream.contentType()).contains("/");
                Unclosable out = new Unclosable();
                stream.writer().writeTo(out);
                assertThat(out.closed).as("the broker closes its stream").isFalse();
            }
        }
    }

    @Test
    void answersABodyOfGarbageWithoutFailing() throws Exception {
        int status;
        try {
            status = handler()
                    .handle(call().withBody(new byte[] {-1, 0, 34, -128}))
                    .status();
        } catch (IllegalArgumentException e) {
            status = FIRST_ERROR;
        }
        assertThat(status).isBetween(FIRST_STATUS, LAST_STATUS);
    }

    @Test
    void runsSeveralTimesAtOnce() throws Exception {
        HttpHandler handler = handler();
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<Integer>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                calls.add(() -> handler.handle(call()).status());
            }
            for (Future<Integer> status : pool.invokeAll(calls, LIMIT_S, TimeUnit.SECONDS)) {
                assertThat(status.get()).isBetween(FIRST_STATUS, FIRST_ERROR - 1);
            }
        }
    }

    private static final class Unclosable extends ByteArrayOutputStream {

        private boolean closed;

        @Override
        public void close() {
            closed = true;
        }
    }
}
