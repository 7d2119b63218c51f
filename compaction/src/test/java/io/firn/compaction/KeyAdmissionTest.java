package io.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.fake.FakePutMessage;
import io.firn.spi.fake.FakeTopics;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.PutOrigin;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import io.firn.spi.tck.PutHookContract;
import io.firn.spi.topic.QueueRef;
import org.junit.jupiter.api.Test;

/** The put hook's contract, and which messages are let in. */
final class KeyAdmissionTest extends PutHookContract {

    private static final QueueRef QUEUE = new QueueRef("table", 0);

    private final KeyAdmission admission = new KeyAdmission();

    @Override
    protected PutMessageHook hook() {
        return admission;
    }

    private static FakePutMessage message() {
        return new FakePutMessage(QUEUE).withBody("b").lend();
    }

    @Test
    void refusesAMessageWithoutKeyAsRocketMqDoes() {
        Verdict verdict = admission.beforePut(message());
        assertThat(verdict.isReject()).isTrue();
        assertThat(verdict.code()).isEqualTo(RejectCode.MESSAGE_ILLEGAL);
        assertThat(verdict.remark()).isEqualTo("Required message key is missing");
    }

    @Test
    void refusesABlankKeyAndAnyMessageOfABatchWithoutOne() {
        assertThat(admission.beforePut(message().withProperty("KEYS", "  ")).isReject())
                .isTrue();
        assertThat(admission.beforePut(message().withProperty("KEYS", "k").inBatch(0, 2)))
                .isEqualTo(Verdict.ACCEPT);
        assertThat(admission.beforePut(message().inBatch(1, 2)).isReject()).isTrue();
    }

    @Test
    void refusesTheHalfOfATransactionWithoutKey() {
        assertThat(admission
                        .beforePut(message().withOrigin(PutOrigin.TRANSACTION_HALF))
                        .isReject())
                .isTrue();
    }

    @Test
    void refusesWhatLightQueuesShallPointTo() {
        Verdict verdict = admission.beforePut(
                message().withProperty("KEYS", "k").withProperty("INNER_MULTI_DISPATCH", "%LMQ%a,%LMQ%b"));
        assertThat(verdict.code()).isEqualTo(RejectCode.MESSAGE_ILLEGAL);
        assertThat(verdict.remark()).contains("INNER_MULTI_DISPATCH");
    }

    @Test
    void aConditionHasToBeAnOffset() {
        for (String offset : new String[] {"0", "-1", "123456789012345678"}) {
            assertThat(admission.beforePut(
                            message().withProperty("KEYS", "k").withProperty("COMPACTION_IF_OFFSET", offset)))
                    .as(offset)
                    .isEqualTo(Verdict.ACCEPT);
        }
        for (String other : new String[] {"", "-2", "-", "7x", "1234567890123456789", "latest"}) {
            Verdict verdict = admission.beforePut(
                    message().withProperty("KEYS", "k").withProperty("COMPACTION_IF_OFFSET", other));
            assertThat(verdict.isReject()).as(other).isTrue();
            assertThat(verdict.code()).isEqualTo(RejectCode.MESSAGE_ILLEGAL);
            assertThat(verdict.remark()).contains("COMPACTION_IF_OFFSET");
        }
    }

    @Test
    void letsInWhatTheBrokerStoresAgain() {
        for (PutOrigin origin : PutOrigin.values()) {
            if (origin != PutOrigin.CLIENT && origin != PutOrigin.TRANSACTION_HALF) {
                assertThat(admission.beforePut(message().withOrigin(origin)))
                        .as("%s", origin)
                        .isEqualTo(Verdict.ACCEPT);
            }
        }
    }

    @Test
    void theKeyMayBeAnotherProperty() {
        admission.follow(FakeTopics.topic("table", 1), "account");
        assertThat(admission.beforePut(message().withProperty("KEYS", "k")).isReject())
                .isTrue();
        assertThat(admission.beforePut(message().withProperty("account", "4711")))
                .isEqualTo(Verdict.ACCEPT);
        admission.follow(FakeTopics.topic("table", 1), "KEYS");
        assertThat(admission.beforePut(message().withProperty("KEYS", "k"))).isEqualTo(Verdict.ACCEPT);
    }
}
