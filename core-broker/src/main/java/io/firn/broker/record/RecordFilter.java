package io.firn.broker.record;

/** Decides which records of a queue a consumer gets. Stateless or owned by the reading thread. */
public interface RecordFilter {

    /** Takes every record. */
    RecordFilter ALL = new RecordFilter() {
        @Override
        public boolean matches(long tagsCode) {
            return true;
        }

        @Override
        public boolean needsRecord() {
            return false;
        }

        @Override
        public boolean matches(RecordView record) {
            return true;
        }
    };

    /** First look, on the queue entry alone. False skips the record for certain. */
    boolean matches(long tagsCode);

    /** Whether {@link #matches(RecordView)} has to be asked too. */
    boolean needsRecord();

    /** Second look, on the record itself. */
    boolean matches(RecordView record);
}
