package io.firn.broker.cli;

import java.net.URI;

/** A command can not do what it is asked; the message says why and what to do, for the person at the terminal. */
class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CommandFailure(String message) {
        super(message, null, false, false);
    }

    /** Nobody answers at the broker's address. */
    static final class NoBroker extends CommandFailure {

        private static final long serialVersionUID = 1L;

        NoBroker(URI address) {
            super(
                    "no broker answers at " + address
                            + ": start one with 'firn start', or name the admin address of the one"
                            + " that runs with --admin http://host:port (its log names it), or its settings with -c broker.conf");
        }
    }
}
