package io.firn.testkit;

/** Writes the messages that a broker finds in its store. Has a constructor without parameters. */
@FunctionalInterface
public interface StoreFixture {

    /** Adds messages; what is added is written when this returns. */
    void write(CommitLogBuilder log);

    /** No messages. */
    final class Empty implements StoreFixture {

        @Override
        public void write(CommitLogBuilder log) {
            // a broker makes its store itself
        }
    }
}
