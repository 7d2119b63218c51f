package io.firn.broker.wire;

import java.nio.charset.StandardCharsets;

/** The name of an ext entry, encoded once for both header encodings. Keep it in a constant. */
public final class ExtKey {
    private final String name;

    /** The name in quotes, a colon and the value's opening quote. */
    private final byte[] json;

    /** Two bytes of length, and the name. */
    private final byte[] binary;

    private ExtKey(String name) {
        this.name = name;
        this.json = ('"' + name + "\":\"").getBytes(StandardCharsets.US_ASCII);
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        this.binary = new byte[text.length + 2];
        binary[0] = (byte) (text.length >> 8);
        binary[1] = (byte) text.length;
        System.arraycopy(text, 0, binary, 2, text.length);
    }

    /**
     * The key of this name.
     *
     * @throws IllegalArgumentException when the name is empty or holds anything but printable ASCII without quote and
     *     backslash
     */
    public static ExtKey of(String name) {
        boolean plain = !name.isEmpty()
                && name.length() <= Short.MAX_VALUE
                && name.chars().allMatch(c -> c >= ' ' && c < 0x7F && c != '"' && c != '\\');
        if (!plain) {
            throw new IllegalArgumentException("ext key '" + name + "' is not printable ASCII without quotes");
        }
        return new ExtKey(name);
    }

    public String name() {
        return name;
    }

    byte[] json() {
        return json;
    }

    byte[] binary() {
        return binary;
    }

    @Override
    public String toString() {
        return name;
    }
}
