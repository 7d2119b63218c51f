package io.firn.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Pops queues empty: one pop in flight per queue, then an acknowledgement for each of its messages, then the next pop. A
 * message counts when its acknowledgement is answered. Owned by its connection's thread.
 */
final class PopWork implements ClosedLoop.Work {
    private static final int MESSAGES = 32;
    /** Opaques of one queue: its pop, then its acknowledgements. */
    private static final int OPAQUES = MESSAGES + 1;
    /** So many pops in a row that bring nothing say that a queue is empty: a broker may find it locked. */
    private static final int EMPTY_POPS = 3;

    private static final int LARGEST_FRAME = 1024;
    private static final int QUEUE_OFFSET_AT = 20;
    private static final byte[] POP_TIME = quoted("popTime");
    private static final byte[] INVISIBLE_TIME = quoted("invisibleTime");
    private static final byte[] REVIVE_QUEUE = quoted("reviveQid");
    private static final byte[] START_OFFSET = quoted("startOffsetInfo");

    private final List<SendFrame.Target> queues;
    private final String group;
    private final Tally tally = new Tally();
    private final int[] empty;
    private final int[] unacknowledged;
    private final long[] sentNs;

    private LoadPhase phase = new LoadPhase();
    private int inFlight;
    private long nowNs;

    PopWork(List<SendFrame.Target> queues, String group) {
        this.queues = List.copyOf(queues);
        this.group = group;
        this.empty = new int[queues.size()];
        this.unacknowledged = new int[queues.size()];
        this.sentNs = new long[queues.size()];
    }

    @Override
    public void begin(LoadPhase of) {
        phase = of;
    }

    @Override
    public void prime(Outbox out) throws IOException {
        for (int queue = 0; queue < queues.size(); queue++) {
            pop(queue, out);
        }
    }

    @Override
    public void arrivedAt(long at) {
        nowNs = at;
    }

    @Override
    public void onResponse(ResponseScanner response, ByteBuffer in, Outbox out) throws IOException {
        int number = response.opaque() - Digits.OPAQUE_BASE;
        if (number < 0 || number >= queues.size() * OPAQUES) {
            throw new BenchException("answer with an opaque that was never sent: " + response.opaque());
        }
        inFlight--;
        int queue = number / OPAQUES;
        if (number % OPAQUES == 0) {
            popped(queue, response, in, out);
        } else {
            acknowledged(queue, response, out);
        }
    }

    private void popped(int queue, ResponseScanner response, ByteBuffer in, Outbox out) throws IOException {
        if (response.code() != 0) {
            if (++empty[queue] < EMPTY_POPS && !phase.stopping()) {
                pop(queue, out);
            }
            return;
        }
        empty[queue] = 0;
        String handle = handle(queue, response, in);
        int at = response.bodyAt();
        int end = at + response.bodyBytes();
        int count = 0;
        while (at < end) {
            long offset = in.getLong(at + QUEUE_OFFSET_AT);
            count++;
            acknowledge(queue, count, handle, offset, out);
            at += in.getInt(at);
        }
        unacknowledged[queue] = count;
    }

    private void acknowledged(int queue, ResponseScanner response, Outbox out) throws IOException {
        if (response.code() == 0) {
            tally.delivered(1, 0);
        } else {
            tally.refused(response.code());
        }
        if (--unacknowledged[queue] == 0) {
            if (phase.measuring()) {
                tally.took(nowNs - sentNs[queue]);
            }
            if (!phase.stopping()) {
                pop(queue, out);
            }
        }
    }

    /** All of a receipt handle but the message's offset, as the 5.5 Java client builds it. */
    private String handle(int queue, ResponseScanner response, ByteBuffer in) {
        SendFrame.Target from = queues.get(queue);
        // "0 <queue> <offset>": one queue was asked, and nothing comes again
        String start = response.text(in, START_OFFSET);
        return start.substring(start.lastIndexOf(' ') + 1) + ' ' + response.number(in, POP_TIME) + ' '
                + response.number(in, INVISIBLE_TIME) + ' ' + response.number(in, REVIVE_QUEUE) + " 0 "
                + from.brokerName() + ' ' + from.queueId() + ' ';
    }

    private void pop(int queue, Outbox out) throws IOException {
        SendFrame.Target from = queues.get(queue);
        sentNs[queue] = nowNs;
        request(
                out,
                200_050,
                queue * OPAQUES,
                "\"consumerGroup\":\"" + group + "\",\"topic\":\"" + from.topic() + "\",\"queueId\":\""
                        + from.queueId() + "\",\"maxMsgNums\":\"" + MESSAGES
                        + "\",\"invisibleTime\":\"60000\",\"pollTime\":\"0\",\"bornTime\":\""
                        + System.currentTimeMillis()
                        + "\",\"initMode\":\"0\",\"expType\":\"TAG\",\"exp\":\"*\",\"order\":\"false\",\"bname\":\""
                        + from.brokerName() + '"');
    }

    private void acknowledge(int queue, int number, String handle, long offset, Outbox out) throws IOException {
        SendFrame.Target from = queues.get(queue);
        request(
                out,
                200_051,
                queue * OPAQUES + number,
                "\"consumerGroup\":\"" + group + "\",\"topic\":\"" + from.topic() + "\",\"queueId\":\""
                        + from.queueId() + "\",\"extraInfo\":\"" + handle + offset + "\",\"offset\":\"" + offset
                        + "\",\"bname\":\"" + from.brokerName() + '"');
    }

    private void request(Outbox out, int code, int number, String fields) throws IOException {
        RequestFrame.put(out.reserve(LARGEST_FRAME), code, Digits.OPAQUE_BASE + number, fields);
        inFlight++;
    }

    @Override
    public int inFlight() {
        return inFlight;
    }

    @Override
    public int largestFrame() {
        return LARGEST_FRAME;
    }

    @Override
    public Tally tally() {
        return tally;
    }

    private static byte[] quoted(String name) {
        return ('"' + name + '"').getBytes(StandardCharsets.US_ASCII);
    }
}
