package io.firn.broker.record;

/** The bits of a record's system flag, set by clients and by the broker. */
public final class SysFlag {

    public static final int COMPRESSED = 0x1;
    public static final int MULTI_TAGS = 0x2;
    public static final int TRANSACTION_NONE = 0x0;
    public static final int TRANSACTION_PREPARED = 0x4;
    public static final int TRANSACTION_COMMIT = 0x8;
    public static final int TRANSACTION_ROLLBACK = 0xC;
    public static final int TRANSACTION_MASK = 0xC;
    public static final int BORN_HOST_V6 = 0x10;
    public static final int STORE_HOST_V6 = 0x20;
    public static final int NEED_UNWRAP = 0x40;
    public static final int INNER_BATCH = 0x80;
    /** 1 LZ4, 2 ZSTD, 3 and 0 ZLIB, when {@link #COMPRESSED} is set. */
    public static final int COMPRESSION_MASK = 0x700;

    private SysFlag() {}

    public static boolean isCompressed(int flag) {
        return (flag & COMPRESSED) != 0;
    }

    public static boolean isBornHostV6(int flag) {
        return (flag & BORN_HOST_V6) != 0;
    }

    public static boolean isStoreHostV6(int flag) {
        return (flag & STORE_HOST_V6) != 0;
    }

    /** One of the four TRANSACTION values. */
    public static int transaction(int flag) {
        return flag & TRANSACTION_MASK;
    }

    public static int withTransaction(int flag, int transaction) {
        return (flag & ~TRANSACTION_MASK) | transaction;
    }

    /** Whether a record with this flag has a place in its queue: prepared and rolled back ones have none. */
    public static boolean takesQueueOffset(int flag) {
        int transaction = transaction(flag);
        return transaction == TRANSACTION_NONE || transaction == TRANSACTION_COMMIT;
    }
}
