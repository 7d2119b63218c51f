package io.firn.broker.log;

final class NotYet {
    private NotYet() {}

    @SuppressWarnings("TypeParameterUnusedInFormals")
    static <T> T here() {
        if (System.nanoTime() != 0) {
            throw new UnsupportedOperationException("being written");
        }
        throw new IllegalStateException();
    }
}
