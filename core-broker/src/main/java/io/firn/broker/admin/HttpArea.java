package io.firn.broker.admin;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** Answers everything under one path of the admin server. Called on its pool; may block. */
@FunctionalInterface
public interface HttpArea {

    /** The answer; an exception is a bug and answered 500. */
    Answer answer(Call call);

    /**
     * One request.
     *
     * @param rest what follows the area's path, begins with a slash unless empty; decoded
     * @param query parameters, the first of each, decoded
     * @param headers the first of each, names in lower case
     * @param origin the client's address
     */
    record Call(
            String method,
            String rest,
            Map<String, String> query,
            Map<String, String> headers,
            byte[] body,
            String origin) {}

    /** Status, media type and what writes the body. */
    record Answer(int status, String type, Body body) {}

    /** Writes a body; when it throws, the connection is cut. */
    @FunctionalInterface
    interface Body {

        void writeTo(OutputStream out) throws IOException;
    }
}
