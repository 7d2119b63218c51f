package io.firn.broker.filter;

import io.firn.broker.record.RecordFilter;
import io.firn.broker.record.RecordView;
import java.util.Arrays;

/**
 * Wants the records whose tag hash is one of a few. The hash of a tag is {@link String#hashCode()}; two tags may share
 * one, so a client compares the text again. Immutable, any thread, allocates nothing.
 */
final class TagFilter implements RecordFilter {

    /** Up to here a scan of the array is faster than a binary search. */
    private static final int SCAN_LIMIT = 8;

    private final int[] sortedCodes;

    /** @param codes hashes of the wanted tags, in any order */
    TagFilter(int[] codes) {
        this.sortedCodes = Arrays.stream(codes).sorted().distinct().toArray();
    }

    @Override
    public boolean matches(long tagsCode) {
        int code = (int) tagsCode;
        if (sortedCodes.length > SCAN_LIMIT) {
            return Arrays.binarySearch(sortedCodes, code) >= 0;
        }
        for (int wanted : sortedCodes) {
            if (wanted == code) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean needsRecord() {
        return false;
    }

    @Override
    public boolean matches(RecordView record) {
        return matches(record.tagsCode());
    }
}
