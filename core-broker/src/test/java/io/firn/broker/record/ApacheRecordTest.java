package io.firn.broker.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.runtime.Utf8Cache;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The first two records that an Apache RocketMQ 5.5.0 broker stored: a message, and the first part of a batch. */
class ApacheRecordTest {

    private static final String HEX =
            "00000105daa320a73610a68600000000000000000000000000000000000000000000000000000000000001a207bf173b"
                    + "7f0000010000da84000001a207bf19807f00000100005da80000000000000000000000000000000568656c6c6f06546f"
                    + "70696347009f4d53475f524547494f4e0144656661756c74526567696f6e02554e49515f4b4559014644303030303030"
                    + "303030303030303030303030303030303030303030303032344636313743383439323942373335373246323530303030"
                    + "02434c55535445520144656661756c74436c757374657202544147530154616741024b455953014b31204b3202574149"
                    + "5401747275650254524143455f4f4e017472756502000000c6daa320a7759dc2be000000010000000000000000000000"
                    + "00000000000000010500000000000001a207bf1a657f0000010000da84000001a207bf1a947f00000100005da8000000"
                    + "0000000000000000000000000662617463683006546f70696347005f4b455953016b623002554e49515f4b4559014644"
                    + "303030303030303030303030303030303030303030303030303030303032344636313743383439323942373335373332"
                    + "363430303031025741495401747275650254414753015461674202";

    private static final int FIRST = 261;
    private static final HostAddress STORE = HostAddress.parse("127.0.0.1:23976");
    private static final HostAddress BORN = HostAddress.parse("127.0.0.1:55940");

    private final byte[] bytes = HexFormat.of().parseHex(HEX);
    private final MemorySegment memory = MemorySegment.ofArray(bytes);
    private final Utf8Cache names = new Utf8Cache(4);

    @Test
    void readsThem() {
        RecordView first = new RecordView().wrap(memory, 0, bytes.length);
        assertThat(first.inspect(0, Verify.CRC)).isEqualTo(RecordStatus.OK);
        assertThat(first.totalSize()).isEqualTo(FIRST);
        assertThat(first.topic(names)).isEqualTo("TopicG");
        assertThat(first.tagsCode()).isEqualTo("TagA".hashCode());
        assertThat(first.property("CLUSTER")).isEqualTo("DefaultCluster");
        assertThat(first.storeHost()).isEqualTo(STORE);
        assertThat(first.bornHost()).isEqualTo(BORN);
        RecordView second = new RecordView().wrap(memory, FIRST, bytes.length);
        assertThat(second.inspect(FIRST, Verify.CRC)).isEqualTo(RecordStatus.OK);
        assertThat(second.property("WAIT")).isEqualTo("true");
        assertThat(FIRST + second.totalSize()).isEqualTo(bytes.length);
    }

    @Test
    void writesTheSameBytesForTheSameMessages() {
        RecordEncoder encoder = new RecordEncoder(STORE, 1 << 20);
        RecordView view = new RecordView().wrap(memory, 0, bytes.length);
        EncodedRecords message = encoder.encode(source(view, body(view)));
        message.placed(0, view.queueOffset(), view.storeTimestamp());
        assertThat(content(message)).isEqualTo(slice(0, FIRST));

        view.wrap(memory, FIRST, bytes.length);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(TestMessage.sub(view.flag(), body(view), properties(view)));
        TestMessage batch = source(view, body.toByteArray()).withProperties(new byte[0]);
        EncodedRecords records = encoder.encodeBatch(batch);
        records.placed(FIRST, view.queueOffset(), view.storeTimestamp());
        assertThat(content(records)).isEqualTo(slice(FIRST, bytes.length));
    }

    private TestMessage source(RecordView view, byte[] body) {
        return new TestMessage(
                view.topic(names),
                view.queueId(),
                view.flag(),
                view.sysFlag(),
                view.bornTimestamp(),
                view.bornHost(),
                view.reconsumeTimes(),
                view.preparedTransactionOffset(),
                body,
                properties(view));
    }

    private static byte[] body(RecordView view) {
        return view.memory().asSlice(view.bodyOffset(), view.bodyLength()).toArray(ValueLayout.JAVA_BYTE);
    }

    private static byte[] properties(RecordView view) {
        return view.memory()
                .asSlice(view.propertiesOffset(), view.propertiesLength())
                .toArray(ValueLayout.JAVA_BYTE);
    }

    private static byte[] content(EncodedRecords records) {
        return records.bytes().asSlice(0, records.length()).toArray(ValueLayout.JAVA_BYTE);
    }

    private byte[] slice(int from, int to) {
        return java.util.Arrays.copyOfRange(bytes, from, to);
    }
}
