package io.firn.tiered.format;

import java.util.stream.IntStream;

/** Finds frames by key hash: fences in memory, one read per block that may hold the hash. */
final class KeyLookup {
    private final ObjectBytes source;
    private final long sectionAt;
    private final int sectionBytes;
    private final int[] entries;
    private final long[] firstHash;
    private final int[] lengths;
    private final int[] crcs;

    KeyLookup(ObjectBytes source, RpkFooter footer, VarintReader fences) {
        this.source = source;
        this.sectionAt = footer.extent(RpkLayout.Section.KEYS).offset();
        this.sectionBytes = footer.extent(RpkLayout.Section.KEYS).length();
        int n = fences.unsigned(fences.remaining());
        entries = new int[n];
        firstHash = new long[n];
        lengths = new int[n];
        crcs = new int[n];
        for (int i = 0; i < n; i++) {
            entries[i] = fences.unsigned(KeyTable.BLOCK_ENTRIES);
            firstHash[i] = fences.unsigned();
            lengths[i] = fences.unsigned(sectionBytes);
            crcs[i] = fences.fixedInt();
        }
        fences.end();
    }

    int[] frames(int hash) {
        long wanted = hash & 0xFFFFFFFFL;
        IntStream.Builder found = IntStream.builder();
        long at = sectionAt;
        for (int b = 0; b < lengths.length; b++) {
            boolean mayHold = firstHash[b] <= wanted && (b + 1 == lengths.length || firstHash[b + 1] >= wanted);
            if (mayHold) {
                scan(b, at, wanted, found);
            }
            at += lengths[b];
        }
        return found.build().distinct().toArray();
    }

    private void scan(int block, long at, long wanted, IntStream.Builder found) {
        byte[] bytes = SectionSource.bytes(source.read(at, lengths[block]));
        if (KeyTable.crc(bytes) != crcs[block]) {
            throw new FormatException(
                    FormatException.Part.SECTION, "KEYS block " + block + " at " + at + ": CRC-32C does not match");
        }
        VarintReader in = new VarintReader("KEYS block " + block, bytes);
        long hash = firstHash[block];
        for (int i = 0; i < entries[block]; i++) {
            hash += in.unsigned();
            int frame = in.unsigned(Integer.MAX_VALUE);
            if (hash == wanted) {
                found.add(frame);
            }
        }
        in.end();
    }

    /** Reads all blocks. */
    void verify() {
        long at = sectionAt;
        for (int b = 0; b < lengths.length; b++) {
            scan(b, at, -1, IntStream.builder());
            at += lengths[b];
        }
        if (at != sectionAt + sectionBytes) {
            throw new FormatException(FormatException.Part.SECTION, "KEYS: blocks end at " + at);
        }
    }
}
