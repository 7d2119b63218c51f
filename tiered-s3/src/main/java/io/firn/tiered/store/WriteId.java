package io.firn.tiered.store;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Names one intended write, kept beside the object as metadata. A create whose reply was lost finds its own id at the
 * key and knows that it had succeeded. Draw one per record, and pass the same one whenever that record is tried again.
 *
 * @param value 1 to 64 characters of {@code [A-Za-z0-9._-]}
 */
public record WriteId(String value) {
    public WriteId {
        if (!value.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("write id '" + value + "' is not 1 to 64 of [A-Za-z0-9._-]");
        }
    }

    /** A fresh id of 128 random bits; two hosts must not share the generator's seed. */
    public static WriteId random(RandomGenerator random) {
        byte[] bits = new byte[16];
        random.nextBytes(bits);
        return new WriteId(HexFormat.of().formatHex(bits));
    }
}
