package io.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.testkit.sample.Clinging;
import io.firn.testkit.sample.Journal;
import io.firn.testkit.sample.Leaky;
import io.firn.testkit.sample.UpperCase;
import org.junit.jupiter.api.Test;

final class UnloadTest {

    private static final int CYCLES = 10;

    @Test
    @FirnTest(plugin = UpperCase.class)
    void isCleanAgainAndAgain(FirnBroker broker) throws Exception {
        for (int i = 0; i < CYCLES; i++) {
            broker.send("t", "k", "hello");
            assertThat(broker.plugin().unload()).isClean();
            broker.send("t", "k", "plain");
            broker.plugin().load();
        }

        assertThat(broker.pull("t").bodies()).containsOnly("HELLO", "plain").hasSize(2 * CYCLES);
    }

    @Test
    @FirnTest(plugin = Journal.class)
    void isCleanWithTasksAndDispatchersWhoseTimeWasMoved(FirnBroker broker) throws Exception {
        broker.send("t", "k", "hello");
        broker.clock().advance(java.time.Duration.ofHours(2));

        assertThat(broker.plugin().unload()).isClean();
        assertThat(broker.plugin().state()).isEqualTo("DISABLED");
    }

    @Test
    @FirnTest(plugin = Journal.class, manifest = "Firn-Storage-Bound: true")
    void takesTheBrokerAlongWhenThePluginOwnsData(FirnBroker broker) throws Exception {
        broker.send("t", "k", "hello");

        assertThat(broker.plugin().unload()).isClean();

        assertThat(broker.isRunning()).isFalse();
        broker.plugin().load();
        assertThat(broker.pull("t").bodies()).containsExactly("hello");
    }

    @Test
    @FirnTest(plugin = Leaky.class)
    void namesAThreadThatIsLeft(FirnBroker broker) {
        System.clearProperty(Leaky.END);
        broker.plugin().unload();
        broker.plugin().load();
        try {
            Unloaded unloaded = broker.plugin().unload();

            assertThat(unloaded.leftovers()).singleElement().asString().contains("thread leaky");
            assertThat(unloaded.loader()).isEqualTo(Unloaded.Loader.HELD);
            assertThatThrownBy(() -> assertThat(unloaded).isClean())
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("leaky left behind: left behind: thread leaky");
        } finally {
            System.setProperty(Leaky.END, "now");
        }
    }

    @Test
    @FirnTest(plugin = Clinging.class)
    void seesAnObjectThatIsHeldElsewhere(FirnBroker broker) {
        try {
            Unloaded unloaded = broker.plugin().unload();

            assertThat(unloaded.leftovers()).isEmpty();
            assertThatThrownBy(() -> assertThat(unloaded).isClean()).hasMessageContaining("still in memory");
        } finally {
            System.getProperties().remove(Clinging.KEY);
        }
    }
}
