package io.firn.broker.plugin.read;

import io.firn.broker.queue.Boundary;

/** Words of the broker as words of the SPI. */
final class Spi {

    private Spi() {}

    static io.firn.spi.read.Boundary of(Boundary boundary) {
        return switch (boundary) {
            case LOWER -> io.firn.spi.read.Boundary.LOWER;
            case UPPER -> io.firn.spi.read.Boundary.UPPER;
        };
    }

    static Boundary of(io.firn.spi.read.Boundary boundary) {
        return switch (boundary) {
            case LOWER -> Boundary.LOWER;
            case UPPER -> Boundary.UPPER;
        };
    }
}
