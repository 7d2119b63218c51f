package io.firn.tiered.commit;

import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keys of one broker's archive: {@code <root>log/<seq20>}, {@code ckpt/<seq20>}, {@code boundary/<number20>} and
 * {@code data/<class>/<base20>-<end20>-e<epoch>-<uuid>.rpk}. Beside it {@code plugins/<id>/} is for other plugins.
 *
 * @param root ends in a slash
 */
public record ArchiveKeys(String root) {
    public ArchiveKeys {
        if (!root.endsWith("/")) {
            throw new IllegalArgumentException("root '" + root + "' does not end in /");
        }
    }

    /** Under which all records of the log lie. */
    String records() {
        return root + "log/";
    }

    String log(long seq) {
        return records() + number(seq);
    }

    /** Under which all checkpoints lie. */
    String checkpoints() {
        return root + "ckpt/";
    }

    String checkpoint(long seq) {
        return checkpoints() + number(seq);
    }

    String boundary(long number) {
        return root + "boundary/" + number(number);
    }

    /** Under which the objects of other plugins lie; no business of the archive. */
    public String plugins() {
        return root + "plugins/";
    }

    /** Under which all archived objects lie. */
    public String data() {
        return root + "data/";
    }

    /** Under which snapshots of topics, groups and offsets lie. */
    public String states() {
        return root + "state/";
    }

    /** A snapshot's key: those of a later writer come later, whatever an earlier one still does. */
    public String state(long epoch, long number) {
        return states() + number(epoch) + '-' + number(number);
    }

    /** A fresh object's key. The epoch tells garbage collection whose upload it was. */
    public String object(String retentionClass, long base, long end, long epoch, UUID uuid) {
        return data() + retentionClass + '/' + number(base) + '-' + number(end) + "-e" + epoch + '-' + uuid + ".rpk";
    }

    /** Whether this is the key of an archived object. */
    public static boolean isObject(String key) {
        return epochOf(key) >= 0;
    }

    /** The epoch in an object's key, or -1 for a key that is none. */
    static long epochOf(String key) {
        String text = key.replaceFirst("^.*/\\d{20}-\\d{20}-e(\\d{1,18})-[0-9a-f-]{36}\\.rpk$", "$1");
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }

    /** The uuid in an object's key, or null for a key that is none. */
    static @Nullable UUID uuidOf(String key) {
        return epochOf(key) < 0 ? null : UUID.fromString(key.substring(key.length() - 40, key.length() - 4));
    }

    static long numberOf(String key) {
        String text = key.substring(key.lastIndexOf('/') + 1);
        if (!text.matches("\\d{20}")) {
            throw new CorruptArchive(key + ": no number; who put that there?");
        }
        return Long.parseLong(text);
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%020d", value);
    }
}
