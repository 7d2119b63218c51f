package io.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.compaction.ProducerThrottle.Backlog;
import io.firn.spi.fake.FakePutMessage;
import io.firn.spi.fake.FakeTopics;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.PutOrigin;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import io.firn.spi.tck.PutHookContract;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.Topic;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The put hook's contract, and who is held back when. */
final class ProducerThrottleTest extends PutHookContract {

    private static final QueueRef QUEUE = new QueueRef("asking", 1);
    private static final QueueRef OTHER = new QueueRef("silent", 0);

    private final ProducerThrottle throttle = new ProducerThrottle();

    @BeforeEach
    void twoTopics() {
        throttle.follow(topic("asking", Map.of("compaction.throttle.producers", "true")));
        throttle.follow(topic("silent", Map.of()));
    }

    @Override
    protected PutMessageHook hook() {
        return throttle;
    }

    private static Topic topic(String name, Map<String, String> attributes) {
        Topic plain = FakeTopics.topic(name, 2);
        return new Topic(name, plain.kind(), plain.layout(), attributes, plain.incarnation());
    }

    private Verdict sent(QueueRef queue, PutOrigin origin) {
        return throttle.beforePut(
                new FakePutMessage(queue).withBody("b").withOrigin(origin).lend());
    }

    @Test
    void holdsBackProducersOfATopicThatAsksWhileAQueueIsFarBehind() {
        throttle.look(List.of(new Backlog(OTHER, 900_000, 10_000), new Backlog(QUEUE, 50_000, 10_000)));
        assertThat(sent(QUEUE, PutOrigin.CLIENT)).as("not far enough").isEqualTo(Verdict.ACCEPT);

        throttle.look(List.of(new Backlog(OTHER, 900_000, 10_000), new Backlog(QUEUE, 50_001, 10_000)));
        Verdict verdict = sent(new QueueRef("asking", 0), PutOrigin.CLIENT);
        assertThat(verdict.code()).isEqualTo(RejectCode.SYSTEM_BUSY);
        assertThat(verdict.remark()).contains("asking").contains("compaction.max.lag.ms of 10000");
        assertThat(sent(QUEUE, PutOrigin.TRANSACTION_HALF).isReject()).isTrue();
        assertThat(sent(OTHER, PutOrigin.CLIENT)).as("does not ask").isEqualTo(Verdict.ACCEPT);

        throttle.look(List.of(new Backlog(OTHER, 900_000, 10_000), new Backlog(QUEUE, 0, 10_000)));
        assertThat(sent(QUEUE, PutOrigin.CLIENT)).as("caught up").isEqualTo(Verdict.ACCEPT);
    }

    @Test
    void whatTheBrokerStoresAgainIsNeverHeldBack() {
        throttle.look(List.of(new Backlog(QUEUE, 900_000, 10_000)));
        for (PutOrigin origin : PutOrigin.values()) {
            boolean fresh = origin == PutOrigin.CLIENT || origin == PutOrigin.TRANSACTION_HALF;
            assertThat(sent(QUEUE, origin).isReject()).as("%s", origin).isEqualTo(fresh);
        }
    }

    @Test
    void aMaximalLagOfNothingLeavesTimeToLook() {
        throttle.look(List.of(new Backlog(QUEUE, 5_000, 0)));
        assertThat(sent(QUEUE, PutOrigin.CLIENT)).isEqualTo(Verdict.ACCEPT);
        throttle.look(List.of(new Backlog(QUEUE, 5_001, 0)));
        assertThat(sent(QUEUE, PutOrigin.CLIENT).isReject()).isTrue();
    }

    @Test
    void aTopicThatStopsAskingOrIsGoneIsLetAlone() {
        List<Backlog> late = List.of(new Backlog(QUEUE, 900_000, 10_000));
        throttle.follow(topic("asking", Map.of()));
        throttle.look(late);
        assertThat(sent(QUEUE, PutOrigin.CLIENT)).isEqualTo(Verdict.ACCEPT);

        throttle.follow(topic("asking", Map.of("compaction.throttle.producers", "true")));
        throttle.forget("asking");
        throttle.look(late);
        assertThat(sent(QUEUE, PutOrigin.CLIENT)).isEqualTo(Verdict.ACCEPT);
    }
}
