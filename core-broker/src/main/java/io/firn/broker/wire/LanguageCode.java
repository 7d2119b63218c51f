package io.firn.broker.wire;

/** The language of a peer's client library. The ordinal is the byte of the ROCKETMQ header: keep the order. */
public enum LanguageCode {
    JAVA,
    CPP,
    DOTNET,
    PYTHON,
    DELPHI,
    ERLANG,
    RUBY,
    OTHER,
    HTTP,
    GO,
    PHP,
    OMS,
    RUST,
    NODE_JS;

    private static final LanguageCode[] ALL = values();

    /** The byte that stands for this language in a ROCKETMQ header. */
    int headerByte() {
        return ordinal();
    }

    /** The language of this byte; a number from the future is {@link #OTHER}. */
    static LanguageCode ofByte(int code) {
        return code >= 0 && code < ALL.length ? ALL[code] : OTHER;
    }

    /** The language of this name; an unknown name is {@link #OTHER}. Allocates nothing. */
    static LanguageCode ofName(byte[] bytes, int offset, int length) {
        for (LanguageCode each : ALL) {
            if (Ascii.equals(each.name(), bytes, offset, length)) {
                return each;
            }
        }
        return OTHER;
    }
}
