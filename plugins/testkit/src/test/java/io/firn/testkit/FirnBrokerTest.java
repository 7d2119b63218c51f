package io.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.testkit.sample.UpperCase;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.junit.jupiter.api.Test;

@FirnTest(plugin = UpperCase.class, config = "suffix=!!")
final class FirnBrokerTest {

    @Test
    void runsThePluginOnWhatStockClientsSend(FirnBroker broker) throws Exception {
        broker.topic("t").queues(1).create();

        broker.send("t", "k1", "hello");

        assertThat(broker.pull("t").bodies()).containsExactly("HELLO!!");
        assertThat(broker.pull("t").keys()).containsExactly("k1");
        assertThat(broker.plugin().counter("rewritten")).isEqualTo(1);
        assertThat(broker.plugin().registered()).containsExactly("put hook upper");
    }

    @Test
    void loadsThePluginByALoaderOfItsOwn(FirnBroker broker) throws Exception {
        broker.send("t", "k1", "hello");

        assertThat(broker.pull("t").properties("loader")).containsExactly("firn-plugin-upper-case");
        assertThat(UpperCase.class.getClassLoader()).isNotInstanceOf(java.net.URLClassLoader.class);
    }

    @Test
    void tellsSendersWhatAHookRefused(FirnBroker broker) {
        assertThatThrownBy(() -> broker.send("t", "k1", "-"))
                .isInstanceOf(MQBrokerException.class)
                .hasMessageContaining("the body is empty");
        assertThat(broker.plugin().counter("rewritten")).isZero();
    }

    @Test
    @FirnTest(config = "suffix=?")
    void letsAMethodHaveSettingsOfItsOwn(FirnBroker broker) throws Exception {
        broker.send("t", "k1", "hello");

        assertThat(broker.pull("t").bodies()).containsExactly("HELLO?");
    }

    @Test
    void changesSettingsWhileItRuns(FirnBroker broker) throws Exception {
        broker.plugin().configure("suffix=.");
        broker.send("t", "k1", "hello");

        assertThat(broker.pull("t").bodies()).containsExactly("HELLO.");
    }

    @Test
    void keepsPortsStoreAndClientsOverARestart(FirnBroker broker) throws Exception {
        String address = broker.address();
        broker.send("t", "k1", "one");

        broker.restart();
        broker.send("t", "k2", "two");

        assertThat(broker.address()).isEqualTo(address);
        assertThat(broker.pull("t").keys()).containsExactlyInAnyOrder("k1", "k2");
    }

    @Test
    void givesAnotherBrokerWithoutPlugin(FirnBroker broker, @WithoutPlugin FirnBroker other) throws Exception {
        other.send("t", "k1", "hello");

        assertThat(other.address()).isNotEqualTo(broker.address());
        assertThat(other.pull("t").bodies()).containsExactly("hello");
    }

    @Test
    void namesTheMetricsThereAreWhenOneIsMissing(FirnBroker broker) {
        assertThatThrownBy(() -> broker.plugin().counter("rewriten"))
                .hasMessageContaining("no metric rewriten")
                .hasMessageContaining("firn_plugin_upper_case_rewritten_total");
    }

    @Test
    void saysWhyAPluginDoesNotStart() {
        assertThatThrownBy(() -> FirnBroker.builder().plugin(Unlucky.class).open())
                .hasMessageContaining("plugin unlucky is FAILED")
                .hasMessageContaining("no luck");
        assertThatThrownBy(() -> FirnBroker.builder()
                        .plugin(UpperCase.class)
                        .config("sufix=!")
                        .open())
                .hasMessageContaining("sufix")
                .hasMessageContaining("suffix");
        assertThatThrownBy(() -> FirnBroker.builder()
                        .plugin(UpperCase.class)
                        .manifest("Plugin-Requires: >=9.0.0 & <10.0.0")
                        .open())
                .hasMessageContaining("REFUSED")
                .hasMessageContaining("needs SPI");
    }

    /** Part of a test: goes into its jar alone. */
    public static final class Unlucky implements BrokerPlugin {

        @Override
        public void start(PluginContext context) {
            throw new IllegalStateException("no luck");
        }
    }
}
