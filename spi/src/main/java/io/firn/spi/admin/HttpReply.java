package io.firn.spi.admin;

import io.firn.spi.contract.ImplementedByPlugin;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link HttpCall}. Immutable.
 *
 * @since 1.0
 */
public sealed interface HttpReply {

    /**
     * 100 to 599.
     *
     * @since 1.0
     */
    int status();

    /**
     * A value the broker writes as JSON: a record, map, list, text, number, boolean or null, and these within each other.
     *
     * @since 1.0
     */
    record Json(int status, @Nullable Object value) implements HttpReply {}

    /**
     * Text in UTF-8, with its type, for example {@code text/plain}.
     *
     * @since 1.0
     */
    record Text(int status, String contentType, String text) implements HttpReply {}

    /**
     * Bytes that are written as they are made, in chunks, with their type.
     *
     * @since 1.0
     */
    record Stream(int status, String contentType, Writer writer) implements HttpReply {}

    /**
     * Makes the bytes of a {@link Stream}.
     *
     * @since 1.0
     */
    @ImplementedByPlugin
    @FunctionalInterface
    interface Writer {

        /**
         * Writes all bytes; the broker closes the stream. On a thread of the plugin; blocks while the other end is slow.
         *
         * @throws IOException when the other end is gone, or the bytes can not be made: the connection is cut, so that
         *     nobody takes a part for the whole
         * @since 1.0
         */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Status 200 and a value as JSON.
     *
     * @since 1.0
     */
    static HttpReply ok(@Nullable Object value) {
        return new Json(200, value);
    }

    /**
     * A status and a sentence.
     *
     * @since 1.0
     */
    static HttpReply text(int status, String text) {
        return new Text(status, "text/plain", text);
    }
}
