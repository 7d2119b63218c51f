package io.firn.tiered.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts requests and bytes by purpose, kind and result. Written by every calling thread, read by the metrics page and
 * the cost report; sums only grow.
 */
public final class RequestMeter {
    /** How a request ended. */
    public enum Result {
        OK,
        THROTTLED,
        RETRYABLE,
        FENCED,
        MISSING,
        CORRUPT,
        CANCELLED,
        FATAL
    }

    /**
     * One non-zero count.
     *
     * @param sentBytes and {@code receivedBytes} object bytes only, no headers; those of failed requests included
     */
    public record Count(
            Purpose purpose, RequestKind kind, Result result, long requests, long sentBytes, long receivedBytes) {}

    private static final int KINDS = RequestKind.values().length;
    private static final int RESULTS = Result.values().length;

    private final Cell[] cells;

    public RequestMeter() {
        cells = new Cell[Purpose.values().length * KINDS * RESULTS];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = new Cell();
        }
    }

    void record(Purpose purpose, RequestKind kind, Result result, long sentBytes, long receivedBytes) {
        Cell cell = cells[(purpose.ordinal() * KINDS + kind.ordinal()) * RESULTS + result.ordinal()];
        cell.requests.increment();
        cell.sentBytes.add(sentBytes);
        cell.receivedBytes.add(receivedBytes);
    }

    /** Every count that is not zero, by purpose, kind and result. */
    public List<Count> counts() {
        List<Count> counts = new ArrayList<>();
        for (int i = 0; i < cells.length; i++) {
            long requests = cells[i].requests.sum();
            if (requests > 0) {
                counts.add(new Count(
                        Purpose.values()[i / RESULTS / KINDS],
                        RequestKind.values()[i / RESULTS % KINDS],
                        Result.values()[i % RESULTS],
                        requests,
                        cells[i].sentBytes.sum(),
                        cells[i].receivedBytes.sum()));
            }
        }
        return counts;
    }

    /** Requests of a kind, whatever their purpose and result. */
    public long requests(RequestKind kind) {
        return counts().stream()
                .filter(count -> count.kind() == kind)
                .mapToLong(Count::requests)
                .sum();
    }

    /** What all requests cost so far; failed ones are billed too. */
    public double usd(RequestPrices prices) {
        return counts().stream()
                .mapToDouble(count -> prices.usd(count.kind(), count.requests()))
                .sum();
    }

    private static final class Cell {
        private final LongAdder requests = new LongAdder();
        private final LongAdder sentBytes = new LongAdder();
        private final LongAdder receivedBytes = new LongAdder();
    }
}
