package io.firn.it.harness;

import java.nio.file.Path;

/**
 * The system under test: one broker and a name server that knows it, as processes.
 *
 * <p>Suites are written against this, so that each can be run against Apache RocketMQ ({@code -Dfirn.it.sut=apache}):
 * what fails there is a wrong test. Used by one test thread at a time.
 */
public interface Sut extends AutoCloseable {

    /** Which implementation the suites run against. */
    enum Kind {
        FIRN,
        APACHE;

        public static Kind chosen() {
            return valueOf(System.getProperty("firn.it.sut", "firn").toUpperCase(java.util.Locale.ROOT));
        }
    }

    /** Starts the system chosen by {@code firn.it.sut} and waits until it accepts requests. */
    static Sut start(BrokerSpec spec) {
        return start(Kind.chosen(), spec);
    }

    static Sut start(Kind kind, BrokerSpec spec) {
        Sut sut = kind == Kind.FIRN ? new FirnProcess(spec) : new ApacheProcess(spec);
        try {
            sut.start();
            return sut;
        } catch (Throwable e) {
            sut.close();
            throw e;
        }
    }

    BrokerSpec spec();

    /** Address of the name server, as a client is given it. */
    HostPort nameServer();

    /** Address of the broker, as the name server gives it to clients. */
    HostPort broker();

    /** Starts the broker (again: on the same directory and ports) and waits until it accepts requests. */
    void start();

    /** SIGKILL to the broker; returns when the process is gone. */
    void kill();

    /** SIGTERM to the broker; returns the exit code. */
    int stop();

    /** The ends of the broker's output, to be put into a failure. */
    String report();

    default Path store() {
        return spec().store();
    }

    default Path commitLog() {
        return store().resolve("commitlog");
    }

    @Override
    void close();
}
