package io.firn.broker.admin;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One page of the admin server. Rendered on its pool, each time it is asked for. */
interface AdminPage {

    /** The page, in a form that the client's Accept header asks for when there are several. */
    Content render(@Nullable String accept);

    /** Status, type and bytes of an answer. */
    record Content(int status, String type, byte[] body) {

        static Content text(int status, String text) {
            return new Content(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
