package io.firn.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class TokenBucketTest {

    private static final long SECOND = 1_000_000_000L;

    private static TokenBucket bucket(String rule) {
        Rule.Rate rate = RuleText.parse("t " + rule).getFirst().rate();
        assertThat(rate).isNotNull();
        return new TokenBucket(rate, 0);
    }

    private static int taken(TokenBucket bucket, long nowNs, int wanted) {
        int taken = 0;
        for (int i = 0; i < wanted; i++) {
            taken += bucket.take(nowNs) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void letsTheBurstPassAndThenTheRate() {
        TokenBucket bucket = bucket("rate=10/s burst=25");

        assertThat(taken(bucket, 0, 100)).isEqualTo(25);
        assertThat(taken(bucket, SECOND, 100)).isEqualTo(10);
        assertThat(taken(bucket, SECOND + SECOND / 10, 100)).isEqualTo(1);
    }

    @Test
    void savesNoMoreThanTheBurst() {
        TokenBucket bucket = bucket("rate=10/s");

        assertThat(taken(bucket, 3600 * SECOND, 100)).isEqualTo(10);
    }

    @Test
    void keepsTheLimitWhenManyTakeAtOnce() throws InterruptedException {
        TokenBucket bucket = bucket("rate=1/h burst=1000");
        AtomicInteger taken = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(Thread.ofPlatform().start(() -> taken.addAndGet(taken(bucket, SECOND, 1000))));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(taken).hasValue(1000);
    }

    @Test
    void takesTheLargestBurst() {
        assertThat(taken(bucket("rate=1/h burst=999999999"), 0, 1000)).isEqualTo(1000);
    }
}
