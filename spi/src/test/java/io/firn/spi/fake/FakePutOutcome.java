package io.firn.spi.fake;

import io.firn.spi.put.PutOutcome;

/** What became of a message. */
public record FakePutOutcome(Status status, long position, long queueOffset) implements PutOutcome {

    /** One that tells what the status allows. */
    public static FakePutOutcome of(Status status) {
        return status == Status.APPENDED ? new FakePutOutcome(status, 4096, 7) : new FakePutOutcome(status, -1, -1);
    }
}
