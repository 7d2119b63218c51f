package io.firn.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.wire.ResponseCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plugins whose author forgot a library: the first call that needs it ends the plugin, and the class is named. */
final class UnlinkedPluginTest {

    private static final String TOOL = "package lib; public class Tool { public static void use() {} }";

    @TempDir
    private Path root;

    private PluggedBroker broker;

    @BeforeEach
    void prepare() {
        System.clearProperty("firn.test.well");
        broker = new PluggedBroker(root);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void isQuarantinedWhereverItMeetsTheMissingClass(List<Bad> kinds) {
        for (Bad kind : kinds) {
            kind.jar("lib.Tool.use();")
                    .forgotten("lib.Tool", TOOL)
                    .with("Plugin-Id", kind.id())
                    .into(broker.jars, kind.id() + ".jar");
        }
        broker.open();
        if (kinds.contains(Bad.TOPIC_CHECK)) {
            // opening creates the topic, which this one met, and kept from being created
            broker.awaitState(Bad.TOPIC_CHECK.id(), "QUARANTINED");
            broker.createTopic("T");
        }

        for (Bad kind : kinds) {
            kind.call(broker);

            broker.awaitState(kind.id(), "QUARANTINED");
            assertThat(broker.cause(kind.id())).contains("lib/Tool", "put the library it is from into the jar");
            assertThat(broker.status(kind.id()).path("registered").size()).isZero();
        }
        assertThat(broker.send("m").code()).isEqualTo(ResponseCode.SUCCESS);
    }

    /** In an order in which one that still works does not keep the next from being called. */
    static Stream<List<Bad>> kinds() {
        List<Bad> all = new ArrayList<>(List.of(Bad.values()));
        all.remove(Bad.QUEUE_FACTORY);
        all.remove(Bad.COLD_READER);
        all.addLast(Bad.COLD_READER);
        return Stream.of(all, List.of(Bad.QUEUE_FACTORY));
    }

    @Test
    void takesThoseAlongThatDependOnIt() {
        Bad.PUT_HOOK
                .jar("lib.Tool.use();")
                .forgotten("lib.Tool", TOOL)
                .with("Firn-Exports", "p")
                .into(broker.jars, "bad.jar");
        PluginJars.harmless("user")
                .with("Plugin-Dependencies", "bad@>=1.0.0 & <2.0.0")
                .into(broker.jars, "user.jar");
        PluginJars.harmless("other").into(broker.jars, "other.jar");
        broker.open();

        broker.send("m");

        broker.awaitState("bad", "QUARANTINED");
        broker.awaitState("user", "FAILED");
        assertThat(broker.cause("user")).contains("it needs plugin bad, which is not active");
        assertThat(broker.state("other")).isEqualTo("ACTIVE");
    }
}
