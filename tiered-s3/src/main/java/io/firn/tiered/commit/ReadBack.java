package io.firn.tiered.commit;

import io.firn.tiered.format.FormatException;
import io.firn.tiered.format.RpkReader;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectHead;
import io.firn.tiered.store.ObjectStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.random.RandomGenerator;

/**
 * Proof, before a commit, that the store gives back what was archived: length and checksum by head, then index and some
 * frames by reading, compared with the local bytes record by record. Stateless; blocks the caller.
 *
 * @param frames how many frames to read, chosen at random; all when the object has no more
 */
public record ReadBack(ObjectStore store, int frames, RandomGenerator random) {
    private static final int POSITION_AT = 28;

    /**
     * Checks one object against the slice it was made from.
     *
     * @param slice the local bytes, between position and limit
     * @return the index that was read back
     * @throws FormatException the store holds something else
     */
    public RpkReader check(ObjectRef object, ByteBuffer slice, long base, CancelToken cancel) {
        ObjectHead head = store.head(object.key(), cancel);
        boolean sameCrc = head.crc32c().isEmpty() || head.crc32c().getAsInt() == object.crc32c();
        if (head.lengthBytes() != object.lengthBytes() || !sameCrc) {
            throw new FormatException(
                    FormatException.Part.FOOTER, object.key() + ": stored with other length or CRC-32C than sent");
        }
        RpkReader reader = RpkReader.open(new StoredBytes(store, object.key(), cancel));
        if (!reader.summary().uuid().equals(object.uuid()) || reader.summary().base() != base) {
            throw new FormatException(FormatException.Part.FOOTER, object.key() + ": is another object");
        }
        int count = reader.frames().count();
        int from = count <= frames ? 0 : random.nextInt(count);
        for (int i = 0; i < Math.min(frames, count); i++) {
            int frame = (int) ((from + (long) i * Math.max(1, count / frames)) % count);
            compare(reader.frame(frame).order(ByteOrder.BIG_ENDIAN), slice, base, object.key() + " frame " + frame);
        }
        return reader;
    }

    private static void compare(ByteBuffer raw, ByteBuffer slice, long base, String where) {
        int at = 0;
        while (at < raw.limit()) {
            int size = raw.getInt(at);
            long place = raw.getLong(at + POSITION_AT) - base;
            boolean inside =
                    size > POSITION_AT && size <= raw.limit() - at && place >= 0 && place + size <= slice.remaining();
            if (!inside || !raw.slice(at, size).equals(slice.slice(slice.position() + (int) place, size))) {
                throw new FormatException(
                        FormatException.Part.FRAME, where + ": the record at " + at + " is not the local one");
            }
            at += size;
        }
    }
}
