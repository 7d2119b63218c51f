package io.firn.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.Driver;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.Sut;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same clients over the IPv6 loopback address: addresses in brackets, 20-byte hosts in records, long ids. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class Ipv6IT {

    private Path directory;
    private Sut sut;

    @BeforeAll
    void start(@TempDir Path temporary) {
        directory = temporary;
        sut = Sut.start(BrokerSpec.in(directory.resolve("broker"))
                .with("brokerIP1", "::1")
                .with("bindAddress", "::1"));
    }

    @AfterAll
    void stop() {
        sut.close();
    }

    @ParameterizedTest
    @EnumSource(StockClient.class)
    void messagesGoBothWays(StockClient client) {
        String topic = "T6_" + client;
        assertThat(sut.nameServer().host()).startsWith("[").contains(":");
        try (Driver driver = client.start(sut.nameServer(), directory)) {
            driver.call("producer", "name", "p");
            List<Line> sent =
                    driver.rows("send", "producer", "p", "topic", topic, "prefix", topic, "count", 20, "tags", "a,b");
            assertThat(sent).allSatisfy(line -> {
                assertThat(line.get("status")).isEqualTo("SEND_OK");
                assertThat(line.get("offsetMsgId"))
                        .matches("[0-9A-F]{56}")
                        .startsWith("00000000000000000000000000000001");
            });
            driver.call("push", "name", "c", "group", "G6_" + client, "topic", topic, "from", "FIRST", "expr", "a");
            Awaitility.await("half of the messages")
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(driver.received("c"))
                            .extracting(line -> line.get("id"))
                            .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 10)
                                    .mapToObj(i -> topic + "-" + 2 * i)
                                    .toList()));
            assertThat(driver.received("c")).allSatisfy(line -> {
                assertThat(line.get("intact")).isEqualTo("true");
                assertThat(line.get("bornHost")).isEqualTo("0:0:0:0:0:0:0:1");
            });
        }
    }
}
