package io.firn.spi.fake;

import io.firn.spi.admin.AdminCaller;
import io.firn.spi.admin.HttpCall;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One call of a route. Built by one thread, then any. */
public final class FakeHttpCall implements HttpCall {

    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, String> queries = new HashMap<>();
    private final Map<String, String> headers = new HashMap<>();
    private byte[] body = new byte[0];

    /** A variable of the path. */
    public FakeHttpCall withVariable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /** A query parameter. */
    public FakeHttpCall withQuery(String name, String value) {
        queries.put(name, value);
        return this;
    }

    /** A header. */
    public FakeHttpCall withHeader(String name, String value) {
        headers.put(name.toLowerCase(Locale.ROOT), value);
        return this;
    }

    /** The body. */
    public FakeHttpCall withBody(byte[] bytes) {
        body = bytes.clone();
        return this;
    }

    @Override
    public String variable(String name) {
        String value = variables.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no variable " + name);
        }
        return value;
    }

    @Override
    public Optional<String> query(String name) {
        return Optional.ofNullable(queries.get(name));
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public byte[] body() {
        return body.clone();
    }

    @Override
    public AdminCaller caller() {
        return FakeCaller.anybody();
    }
}
