package io.firn.broker.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map from request codes to values without boxing: an array for the codes below 1024, where nearly all
 * are, and a binary search for the few above. Any thread.
 */
final class CodeTable<T> {

    private static final int DIRECT = 1024;

    private final List<@Nullable T> direct;
    private final int[] highCodes;
    private final List<T> highValues;

    CodeTable(Map<Integer, ? extends T> entries) {
        List<@Nullable T> low = new ArrayList<>();
        List<T> high = new ArrayList<>();
        int[] codes = new int[entries.size()];
        for (Map.Entry<Integer, ? extends T> entry : new TreeMap<Integer, T>(entries).entrySet()) {
            int code = entry.getKey();
            if (code >= 0 && code < DIRECT) {
                while (low.size() < code) {
                    low.add(null);
                }
                low.add(entry.getValue());
            } else {
                codes[high.size()] = code;
                high.add(entry.getValue());
            }
        }
        this.direct = low;
        this.highCodes = Arrays.copyOf(codes, high.size());
        this.highValues = high;
    }

    /** The value of this code, or null. */
    @Nullable
    T find(int code) {
        if (code >= 0 && code < direct.size()) {
            return direct.get(code);
        }
        int index = Arrays.binarySearch(highCodes, code);
        return index < 0 ? null : highValues.get(index);
    }
}
