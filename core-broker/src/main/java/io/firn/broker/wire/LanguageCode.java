package io.firn.broker.wire;

/** The language of a peer's client library. The number is its byte in a ROCKETMQ header. */
public enum LanguageCode {
    JAVA(0),
    CPP(1),
    DOTNET(2),
    PYTHON(3),
    DELPHI(4),
    ERLANG(5),
    RUBY(6),
    OTHER(7),
    HTTP(8),
    GO(9),
    PHP(10),
    OMS(11),
    RUST(12),
    NODE_JS(13);

    /** In the order of the bytes, which have no gaps. */
    private static final LanguageCode[] ALL = values();

    private final int headerByte;

    LanguageCode(int headerByte) {
        this.headerByte = headerByte;
    }

    /** The byte that stands for this language in a ROCKETMQ header. */
    int headerByte() {
        return headerByte;
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
