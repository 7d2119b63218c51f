package io.firn.tiered.store;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an object is stored.
 *
 * @param storageClass the store's own word for it ({@code STANDARD_IA}), or null for the bucket's default
 * @param metadata few and small: lower-case names of {@code [a-z0-9-]} that do not start with {@code firn-}, printable
 *     ASCII values
 */
public record PutOptions(
        PutMode mode, WriteId writeId, @Nullable String storageClass, Map<String, String> metadata) {
    public PutOptions {
        metadata = Map.copyOf(metadata);
        metadata.forEach(PutOptions::check);
    }

    /** Create-only with the bucket's default class and no metadata: how a log record is written. */
    public static PutOptions createOnly(WriteId writeId) {
        return new PutOptions(PutMode.CREATE_ONLY, writeId, null, Map.of());
    }

    /** Replaces what is there; for names that are unique by themselves. */
    public static PutOptions overwrite(WriteId writeId) {
        return new PutOptions(PutMode.OVERWRITE, writeId, null, Map.of());
    }

    /** The same in another storage class. */
    public PutOptions inClass(@Nullable String otherClass) {
        return new PutOptions(mode, writeId, otherClass, metadata);
    }

    private static void check(String name, String value) {
        if (!name.matches("[a-z0-9][a-z0-9-]{0,63}") || name.startsWith("firn-")) {
            throw new IllegalArgumentException("metadata name '" + name + "' is not of [a-z0-9-] or begins with firn-");
        }
        if (!value.matches("[\\x21-\\x7e]([\\x20-\\x7e]{0,254}[\\x21-\\x7e])?")) {
            throw new IllegalArgumentException("metadata " + name + " is not 1 to 256 printable ASCII characters");
        }
    }
}
