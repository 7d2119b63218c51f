package io.firn.broker.wire;

/**
 * Ordinals of the protocol's version table: the {@code version} of a command says which release its sender speaks.
 * Only the ordinals that some behaviour depends on are named here.
 */
public final class ProtocolVersion {
    /** From here a consumer understands the push that resets its offsets. */
    public static final int V3_0_7_SNAPSHOT = 28;

    /** From here a consumer answers running-info and consume-directly requests. */
    public static final int V3_1_8_SNAPSHOT = 62;

    /** From here {@code maxReconsumeTimes} of a send-back, or of a send to a retry topic, is meant. */
    public static final int V3_4_9 = 121;

    /** A consumer subscribes by SQL92 only to brokers from here on. */
    public static final int V4_1_0_SNAPSHOT = 232;

    /** From here a client wants routes as standard JSON. */
    public static final int V4_9_4 = 401;

    public static final int V5_0_0 = 413;

    /** What this broker claims to be, 5.5.0: clients of every release accept it. */
    public static final int CURRENT = 513;

    private ProtocolVersion() {}
}
