package io.firn.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.admin.Health.Condition;
import io.firn.broker.admin.Health.State;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The broker is as well as its worst component. */
final class HealthTest {

    private final Health health = new Health();

    @Test
    void isUpWhenNobodyComplains() {
        health.report("log", Condition.UP);

        assertThat(health.summary()).isEqualTo(new Health.Summary(State.UP, java.util.List.of()));
    }

    @Test
    void isAsWellAsTheWorstAndNamesTheWorstFirst() {
        health.report("disk", Condition.degraded("91 % full"));
        health.report("log", Condition.down("can not be written"));

        assertThat(health.summary().state()).isEqualTo(State.DOWN);
        assertThat(health.summary().reasons()).containsExactly("log: can not be written", "disk: 91 % full");
    }

    @Test
    void comesBackWhenTheCauseIsGone() {
        health.report("log", Condition.down("can not be written"));
        health.report("log", Condition.UP);

        assertThat(health.summary().state()).isEqualTo(State.UP);
    }

    @Test
    void asksThoseItWatchesEachTime() {
        AtomicReference<Condition> condition = new AtomicReference<>(Condition.UP);
        health.watch("disk", condition::get);

        assertThat(health.summary().state()).isEqualTo(State.UP);
        condition.set(Condition.degraded("91 % full"));
        assertThat(health.summary().reasons()).containsExactly("disk: 91 % full");
    }
}
