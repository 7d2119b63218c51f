package io.firn.broker.transaction;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.ManualClock;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.topic.TopicName;
import io.firn.broker.transaction.EndNotes.Urgency;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How ends are written down. */
final class EndNotesTest {

    private final Written written = new Written();
    private final EndNotes notes = new EndNotes(
            TransactionConfig.from(new ConfigView(Map.of("transactionOpMsgMaxSize", "32")), "b"),
            written,
            HostAddress.parse("127.0.0.1:10911"),
            new ManualClock(1_700_000_000_000L));

    @Test
    void writesManyInOneRecord() {
        assertThat(notes.ended(1)).isEqualTo(Urgency.SOON);
        assertThat(notes.ended(22)).isEqualTo(Urgency.NONE);

        assertThat(notes.flush()).isTrue();
        assertThat(notes.flush()).isTrue();

        assertThat(written.bodies).containsExactly("1,22,");
        assertThat(written.topics).containsExactly(TopicName.TRANSACTION_OP);
        assertThat(written.properties).containsExactly("TAGS\u0001d\u0002");
    }

    @Test
    void isUrgentWhenARecordIsFull() {
        Urgency urgency = Urgency.NONE;
        for (int i = 0; i < 8; i++) {
            urgency = notes.ended(1_000 + i);
        }

        assertThat(urgency).isEqualTo(Urgency.NOW);
    }

    @Test
    void keepsWhatCanNotBeWritten() {
        assertThat(notes.ended(1)).isEqualTo(Urgency.SOON);
        written.broken = true;
        assertThat(notes.flush()).isFalse();
        assertThat(notes.ended(2)).isEqualTo(Urgency.NONE);
        written.broken = false;

        assertThat(notes.flush()).isTrue();
        assertThat(written.bodies).containsExactly("1,2,");
    }

    @Test
    void doesNotTryAgainWithEveryEndWhatCanNotBeWritten() {
        written.broken = true;
        endTen();
        assertThat(notes.flush()).isFalse();
        notes.planIsOver();

        assertThat(notes.ended(2_000)).isEqualTo(Urgency.SOON);
        assertThat(notes.ended(2_001)).isEqualTo(Urgency.NONE);
        assertThat(notes.needsPlan()).isFalse();
        notes.planIsOver();
        assertThat(notes.needsPlan()).isTrue();
    }

    @Test
    void writesWhatHasGatheredInRecordsOfTheUsualSize() {
        written.broken = true;
        endTen();
        assertThat(notes.flush()).isFalse();
        written.broken = false;

        assertThat(notes.flush()).isTrue();

        assertThat(written.bodies).containsExactly("1000,1001,1002,1003,1004,1005,1006,", "1007,1008,1009,");
        assertThat(notes.neededFrom(1_009)).isZero();
        assertThat(notes.neededFrom(1_010)).isEqualTo(2);
        endTen();
        assertThat(notes.ended(1_010)).isEqualTo(Urgency.NOW);
    }

    private void endTen() {
        for (int i = 0; i < 10; i++) {
            var _ = notes.ended(1_000 + i);
        }
    }

    @Test
    void isNeededFromTheFirstRecordThatNamesSomethingAboveTheLowestOpen() {
        notes.restore(3, 10);
        notes.restore(4, 30);
        notes.restore(5, 20);

        assertThat(notes.neededFrom(10)).isEqualTo(3);
        assertThat(notes.neededFrom(11)).isEqualTo(4);
        assertThat(notes.neededFrom(25)).isEqualTo(4);
        assertThat(notes.neededFrom(31)).isEqualTo(6);
    }

    /** Keeps what it is given. */
    private static final class Written implements Appends {

        final List<String> bodies = new ArrayList<>();
        final List<String> topics = new ArrayList<>();
        final List<String> properties = new ArrayList<>();
        boolean broken;

        @Override
        public CompletableFuture<Long> deliver(MessageSource message) {
            throw new IllegalStateException("nothing is delivered here");
        }

        @Override
        public Appended own(MessageSource message) {
            if (broken) {
                throw new StorageException("no disk");
            }
            ByteBuffer body = ByteBuffer.allocate(message.bodyLength());
            message.copyBody(body);
            ByteBuffer stored = ByteBuffer.allocate(message.propertiesLength());
            message.copyProperties(stored);
            bodies.add(new String(body.array(), US_ASCII));
            topics.add(message.topic());
            properties.add(new String(stored.array(), US_ASCII));
            return new Appended(bodies.size() * 100L, bodies.size() - 1);
        }
    }
}
