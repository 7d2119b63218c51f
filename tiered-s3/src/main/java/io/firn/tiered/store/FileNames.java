package io.firn.tiered.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Keys as paths below the store's directory. A segment keeps {@code [A-Za-z0-9._-]}; every other byte of its UTF-8
 * becomes {@code %XX}, so do the dots of {@code .} and {@code ..}; an empty segment becomes {@code %}. A directory has
 * its segment's name, an object its segment's name and {@code @}, so {@code a} and {@code a/b} live side by side.
 *
 * <pre>
 * log/00000000000000000007   log/00000000000000000007@
 * a//b                       a/%/b@
 * {@literal @}tmp/, {@literal @}uploads/   the store's own; only an object's last name has an unescaped at-sign
 * </pre>
 */
final class FileNames {
    static final String TEMPORARY = "@tmp";
    static final String UPLOADS = "@uploads";
    private static final char OBJECT = '@';
    private static final int MAX_NAME_BYTES = 255;

    private FileNames() {}

    static Path ofObject(Path root, String key) {
        int slash = key.lastIndexOf('/');
        return ofDirectory(root, key.substring(0, slash + 1))
                .resolve(checked(escape(key.substring(slash + 1)) + OBJECT));
    }

    /** The directory of a prefix that is empty or ends with a slash. */
    static Path ofDirectory(Path root, String prefix) {
        Path path = root;
        int from = 0;
        for (int slash = prefix.indexOf('/'); slash >= 0; slash = prefix.indexOf('/', from)) {
            path = path.resolve(checked(slash == from ? "%" : escape(prefix.substring(from, slash))));
            from = slash + 1;
        }
        return path;
    }

    /** The key segment of an object's file name; null for what is no object. */
    static @Nullable String objectSegment(String name) {
        return name.charAt(name.length() - 1) == OBJECT ? unescape(name.substring(0, name.length() - 1)) : null;
    }

    /** The key segment of a directory's name; null for the store's own. */
    static @Nullable String directorySegment(String name) {
        if (name.indexOf(OBJECT) >= 0) {
            return null;
        }
        return name.equals("%") ? "" : unescape(name);
    }

    static String escape(String segment) {
        boolean dots = segment.equals(".") || segment.equals("..");
        StringBuilder name = new StringBuilder();
        for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(b) || (b == '.' && !dots)) {
                name.append((char) b);
            } else {
                name.append(String.format("%%%02X", b));
            }
        }
        return name.toString();
    }

    static @Nullable String unescape(String name) {
        byte[] bytes = new byte[name.length()];
        int length = 0;
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) != '%') {
                bytes[length++] = (byte) name.charAt(i);
            } else if (i + 2 < name.length() && name.substring(i + 1, i + 3).matches("[0-9A-F]{2}")) {
                bytes[length++] = (byte) Integer.parseInt(name.substring(i + 1, i + 3), 16);
                i += 2;
            } else {
                return null;
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }

    private static boolean isPlain(byte b) {
        return (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z') || b == '-' || b == '_';
    }

    private static String checked(String name) {
        if (name.length() > MAX_NAME_BYTES) {
            throw new IllegalArgumentException("key segment takes " + name.length() + " bytes as a file name, over "
                    + MAX_NAME_BYTES + ": " + name);
        }
        return name;
    }
}
