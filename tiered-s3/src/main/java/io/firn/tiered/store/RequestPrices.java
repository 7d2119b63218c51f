package io.firn.tiered.store;

/**
 * What requests cost, in US dollars per thousand.
 *
 * @param perThousandWrites PUT, POST, LIST
 * @param perThousandReads GET, HEAD
 */
public record RequestPrices(double perThousandWrites, double perThousandReads) {
    /** Amazon S3 Standard, us-east-1, list price. */
    public static final RequestPrices S3_STANDARD = new RequestPrices(0.005, 0.0004);

    public RequestPrices {
        if (!(perThousandWrites >= 0 && perThousandReads >= 0)) {
            throw new IllegalArgumentException(
                    "prices " + perThousandWrites + " and " + perThousandReads + " per 1000");
        }
    }

    /** Dollars for {@code count} requests. */
    public double usd(RequestKind kind, long count) {
        return switch (kind.priceClass()) {
            case WRITE -> count * perThousandWrites / 1000;
            case READ -> count * perThousandReads / 1000;
            case FREE -> 0;
        };
    }
}
