package io.firn.it.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.Driver;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.Sut;
import java.nio.file.Path;
import java.util.List;

/** Shows that the broker still serves: a stock client sends and reads on its own topic. */
final class StockProof implements AutoCloseable {

    private static final String TOPIC = "Proof";

    private final Sut sut;
    private final Driver driver;
    private int sent;

    StockProof(Sut sut, Path directory) {
        this.sut = sut;
        this.driver = StockClient.V5_JSON.start(sut.nameServer(), directory);
        RawClient.createTopic(sut, TOPIC, 1);
        driver.call("producer", "name", "proof");
    }

    void sendAndRead() {
        driver.call("send", "producer", "proof", "topic", TOPIC, "prefix", "m", "first", sent, "count", 3);
        List<Line> read = driver.rows("drain", "topic", TOPIC, "from", "0:" + sent);
        sent += 3;
        assertThat(read)
                .as(sut.report())
                .extracting(line -> line.number("offset"))
                .containsExactly(sent - 3L, sent - 2L, sent - 1L);
    }

    @Override
    public void close() {
        driver.close();
    }
}
