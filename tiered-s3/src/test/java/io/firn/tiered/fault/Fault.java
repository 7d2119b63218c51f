package io.firn.tiered.fault;

import java.time.Duration;

/** One thing that goes wrong with one request; several may be given at once. */
public sealed interface Fault {
    /** The first byte of the answer comes this much later. */
    record Delay(Duration firstByte) implements Fault {}

    /** The answer's body flows at most this fast. */
    record Capped(long bytesPerSecond) implements Fault {}

    /** The request has no effect and is answered with this error. */
    record Refuse(int status, String code) implements Fault {
        /** What S3 says when a prefix is asked too often. */
        public static final Refuse SLOW_DOWN = new Refuse(503, "SlowDown");
        /** What S3 says when conditional writes of one key meet. */
        public static final Refuse CONFLICT = new Refuse(409, "ConditionalRequestConflict");
    }

    /** The connection is reset after this many bytes of the request's body; no effect. */
    record ResetInRequest(int atByte) implements Fault {}

    /** The request has its effect, then the connection is reset without an answer. */
    record LoseReply() implements Fault {}

    /** The request has its effect, then is answered with this error. */
    record FailAfterEffect(int status, String code) implements Fault {}

    /** No effect; status 200 and an error in the body, as a completed upload may be answered. */
    record ErrorIn200(String code) implements Fault {}

    /** The connection is reset after this many bytes of the answer's body. */
    record ResetAt(int atByte) implements Fault {}

    /** The connection is closed in good order after this many bytes of the answer's body, before its announced end. */
    record ShortBody(int atByte) implements Fault {}

    /** Nothing follows after this many bytes of the answer's body, until the client gives up. */
    record Stall(int atByte) implements Fault {}

    /** One bit of an object's bytes is sent wrong; other answers are left alone. */
    record FlipBit(int atByte) implements Fault {}

    /** One bit of the request's body is stored wrong and every checksum hides it. */
    record StoreFlipped(int atByte) implements Fault {}

    /** The server's clock is off by this: it dates its answers so and refuses requests signed 15 minutes off. */
    record SkewedClock(Duration ahead) implements Fault {}
}
