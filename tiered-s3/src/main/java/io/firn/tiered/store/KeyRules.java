package io.firn.tiered.store;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Which keys every back end takes, and the one order they are listed in. */
final class KeyRules {
    static final int MAX_KEY_BYTES = 1024;
    static final int MAX_PAGE = 1000;
    static final int MAX_PARTS = 10_000;
    /** S3's floor for every part but the last. */
    static final long MIN_PART_BYTES = 5L << 20;
    /** Order of the UTF-8 bytes; {@code String.compareTo} differs beyond the basic plane. */
    static final Comparator<String> BYTE_ORDER =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private KeyRules() {}

    static void checkKey(String key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("object key is empty");
        }
        checkPrefix(key);
    }

    static void checkPrefix(String prefix) {
        for (int i = 0; i < prefix.length(); i++) {
            if (prefix.charAt(i) < 0x20 || prefix.charAt(i) == 0x7f) {
                throw new IllegalArgumentException("object key has a control character at " + i + ": " + prefix);
            }
        }
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(prefix));
            if (bytes.remaining() > MAX_KEY_BYTES) {
                throw new IllegalArgumentException(
                        "object key has " + bytes.remaining() + " bytes, over " + MAX_KEY_BYTES + ": " + prefix);
            }
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("object key is no valid Unicode: " + prefix, e);
        }
    }

    static void checkPage(int maxKeys) {
        if (maxKeys < 1 || maxKeys > MAX_PAGE) {
            throw new IllegalArgumentException("page of " + maxKeys + " keys, not 1 to " + MAX_PAGE);
        }
    }

    static void checkPartNumber(int number) {
        if (number < 1 || number > MAX_PARTS) {
            throw new IllegalArgumentException("part number " + number + " is not 1 to " + MAX_PARTS);
        }
    }

    static void checkParts(List<UploadedPart> parts) {
        if (parts.isEmpty() || parts.size() > MAX_PARTS) {
            throw new IllegalArgumentException("an upload of " + parts.size() + " parts, not 1 to " + MAX_PARTS);
        }
        for (int i = 1; i < parts.size(); i++) {
            if (parts.get(i).number() <= parts.get(i - 1).number()) {
                throw new IllegalArgumentException("part " + parts.get(i).number() + " follows part "
                        + parts.get(i - 1).number() + ": numbers must rise");
            }
        }
    }

    static void checkRoom(ByteRange range, int room) {
        if (room < range.maxBytes()) {
            throw new IllegalArgumentException("buffer has room for " + room + " bytes, " + range + " may bring more");
        }
    }
}
