package io.firn.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What was acknowledged and what was read back, by message number. A queue's entries from the first offset that nobody
 * was promised may change over a crash; everything before is final.
 */
public final class Ledger {

    private final String prefix;
    private final BitSet acknowledged = new BitSet();
    private final BitSet present = new BitSet();
    private final int[][] queues;
    private final int[] sizes;
    private final int[] promised;
    private long highestPosition = -1;

    public Ledger(String prefix, int queueCount) {
        this.prefix = prefix + "-";
        this.queues = new int[queueCount][1024];
        this.sizes = new int[queueCount];
        this.promised = new int[queueCount];
    }

    /** Takes in acknowledgements. */
    public void acknowledge(List<Line> acks) {
        for (Line ack : acks) {
            int queue = (int) ack.number("queue");
            int number = number(ack.get("id"));
            assertThat(acknowledged.get(number))
                    .as("second acknowledgement of " + ack)
                    .isFalse();
            acknowledged.set(number);
            promised[queue] = Math.max(promised[queue], (int) ack.number("offset") + 1);
            String id = ack.get("offsetMsgId");
            highestPosition = Math.max(highestPosition, Long.parseUnsignedLong(id.substring(id.length() - 16), 16));
        }
    }

    /** Address of the acknowledged record that lies highest in the log; -1 before the first. */
    long highestPosition() {
        return highestPosition;
    }

    public int acknowledgedCount() {
        return acknowledged.cardinality();
    }

    /** Where the next read-back has to start: {@code queue:offset,…}; forgets what was read from there on. */
    public String rewind() {
        for (int queue = 0; queue < queues.length; queue++) {
            for (int offset = promised[queue]; offset < sizes[queue]; offset++) {
                present.clear(queues[queue][offset]);
            }
            sizes[queue] = Math.min(sizes[queue], promised[queue]);
        }
        return IntStream.range(0, queues.length)
                .mapToObj(queue -> queue + ":" + sizes[queue])
                .collect(Collectors.joining(","));
    }

    /** Takes in messages read back: whole, dense in each queue, each id once. */
    public void read(List<Line> messages, String context) {
        for (Line message : messages) {
            int queue = (int) message.number("queue");
            int number = number(message.get("id"));
            assertThat(message.get("intact")).as(message + context).isEqualTo("true");
            assertThat(message.number("offset"))
                    .as("dense offsets: " + message + context)
                    .isEqualTo(sizes[queue]);
            assertThat(present.get(number))
                    .as("stored twice: " + message + context)
                    .isFalse();
            present.set(number);
            if (sizes[queue] == queues[queue].length) {
                queues[queue] = Arrays.copyOf(queues[queue], 2 * sizes[queue]);
            }
            queues[queue][sizes[queue]++] = number;
        }
        BitSet lost = (BitSet) acknowledged.clone();
        lost.andNot(present);
        List<Integer> some = new ArrayList<>(lost.stream().limit(20).boxed().toList());
        assertThat(some)
                .as("acknowledged but lost (of " + lost.cardinality() + ")" + context)
                .isEmpty();
    }

    private int number(String id) {
        assertThat(id).startsWith(prefix);
        return Integer.parseInt(id.substring(prefix.length()));
    }
}
