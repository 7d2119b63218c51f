package io.firn.compaction.pass;

/**
 * How a share of the memory is divided: a quarter for the bits of the window, an eighth for spill buffers, a sixteenth for file
 * buffers, the rest for the key table.
 *
 * @param records most records of one window
 * @param grantBytes memory to ask for
 * @param tableBytes of it, for the key table
 * @param spillBytes of it, for spill buffers, when the table gets full
 * @param fileBytes of it, for the buffers of the files being written
 */
record PassPlan(long records, long grantBytes, long tableBytes, long spillBytes, long fileBytes) {

    private static final int BITS = 8;

    /** For so many records to look at, with at most {@code share} bytes of memory. */
    static PassPlan of(long dirtyRecords, long share) {
        long records = Math.min(dirtyRecords, share / 4 * BITS);
        long file = Math.min(share / 16, 5 << 18);
        long spill = share / 8;
        long bits = records / BITS + Long.BYTES;
        long most = share - share / 4 - spill - share / 16;
        long table = Math.min(KeyTable.bytesFor(records), most);
        // a table that holds every record of the window as a key of its own will not spill
        long grant = table < most ? table + bits + file : share;
        return new PassPlan(records, grant, table, spill, file);
    }

    /** The same for fewer records. */
    PassPlan shortenedTo(long fewer) {
        return new PassPlan(Math.min(records, fewer), grantBytes, tableBytes, spillBytes, fileBytes);
    }
}
