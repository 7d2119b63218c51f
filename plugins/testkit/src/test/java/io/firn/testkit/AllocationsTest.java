package io.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.fake.FakePutMessage;
import io.firn.spi.put.Verdict;
import io.firn.spi.topic.QueueRef;
import org.junit.jupiter.api.Test;

final class AllocationsTest {

    private final FakePutMessage message = new FakePutMessage(new QueueRef("t", 0)).withBody("hello");
    private String last = "";

    @Test
    void acceptsAHookThatAllocatesNothing() {
        Allocations.assertNoAllocation(shown -> Verdict.ACCEPT, message);
    }

    @Test
    void refusesAHookThatAllocates() {
        assertThatThrownBy(() -> Allocations.assertNoAllocation(
                        shown -> {
                            last = shown.topic() + shown.queueId();
                            return Verdict.ACCEPT;
                        },
                        message))
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("the hook allocates \\d+ bytes a call");
        assertThat(last).isEqualTo("t0");
    }
}
