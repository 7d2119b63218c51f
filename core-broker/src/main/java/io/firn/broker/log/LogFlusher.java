package io.firn.broker.log;

public final class LogFlusher {
    private LogFlusher() {}
    public void whenFlushed(long position, FlushWaiter waiter) { Object gone = NotYet.here(); assert gone != null; }
}
