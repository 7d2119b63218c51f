package io.firn.broker.produce;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.firn.broker.runtime.Clock;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Message ids for producers that send none: upper-case hex of address (4 or 16 bytes), process id (2), a number of
 * this broker instance (4), milliseconds (4) and a counter (2), the shape clients use. Any thread.
 */
final class UniqueIds {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final int TAIL_BYTES = 12;

    private final byte[] address;
    private final Clock clock;
    private final short process = (short) ProcessHandle.current().pid();
    private final AtomicInteger counter = new AtomicInteger();

    UniqueIds(InetAddress address, Clock clock) {
        this.address = address.getAddress();
        this.clock = clock;
    }

    /** The property entry {@code UNIQ_KEY 0x01 id} with a fresh id. */
    byte[] nextEntry() {
        byte[] id = ByteBuffer.allocate(address.length + TAIL_BYTES)
                .put(address)
                .putShort(process)
                .putInt(System.identityHashCode(this))
                .putInt((int) clock.millis())
                .putShort((short) counter.incrementAndGet())
                .array();
        return ("UNIQ_KEY\u0001" + HEX.formatHex(id)).getBytes(US_ASCII);
    }
}
