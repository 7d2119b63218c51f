package io.firn.broker.record;

import java.nio.ByteBuffer;

/** A message that is about to be stored, as its sender's request holds it. Read once, on the encoding thread. */
public interface MessageSource {

    String topic();

    int queueId();

    /** The user's flag. */
    int flag();

    /** See {@link SysFlag}; the IPv6 bits are set by the encoder from the hosts. */
    int sysFlag();

    /** Milliseconds since the epoch. */
    long bornTimestamp();

    HostAddress bornHost();

    int reconsumeTimes();

    /** Log position of the half message of a committed transaction, else 0. */
    long preparedTransactionOffset();

    int bodyLength();

    /** Puts exactly {@link #bodyLength()} bytes. */
    void copyBody(ByteBuffer to);

    int propertiesLength();

    /** Puts exactly {@link #propertiesLength()} bytes: {@code name 01 value 02} repeated, UTF-8. */
    void copyProperties(ByteBuffer to);
}
