package io.firn.broker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WorkBatchTest {

    private final List<Integer> ran = new ArrayList<>();
    private final WorkBatch batch = WorkBatch.ofThread();

    @AfterEach
    void close() {
        batch.end();
    }

    @Test
    void runsAtOnceOutsideOfABatch() {
        batch.atEnd(() -> ran.add(1));

        assertThat(ran).containsExactly(1);
    }

    @Test
    void runsEachWakeOnceAtTheEndHoweverOftenItWasGiven() {
        List<Runnable> wakes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int number = i;
            wakes.add(() -> ran.add(number));
        }
        batch.begin();
        wakes.forEach(batch::atEnd);
        wakes.forEach(batch::atEnd);
        batch.begin();

        assertThat(ran).isEmpty();
        batch.end();
        assertThat(ran).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        batch.end();
        assertThat(ran).hasSize(10);
    }
}
