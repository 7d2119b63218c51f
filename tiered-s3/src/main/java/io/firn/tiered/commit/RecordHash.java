package io.firn.tiered.commit;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The first 128 bits of a record's SHA-256. */
public record RecordHash(long high, long low) {
    /** Before the first record. */
    public static final RecordHash NONE = new RecordHash(0, 0);

    static RecordHash of(byte[] record) {
        try {
            ByteBuffer digest =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(record));
            return new RecordHash(digest.getLong(0), digest.getLong(8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
