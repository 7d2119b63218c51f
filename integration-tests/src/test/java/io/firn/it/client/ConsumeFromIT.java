package io.firn.it.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.driver.Line;
import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.Driver;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.StoredLog;
import io.firn.it.harness.Sut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where a new group starts: first, last, a time. Only a queue that has lost its beginning leaves that to the client, so
 * the oldest segments here are made old and dropped; that clients survive this is part of what is shown.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConsumeFromIT {

    private static final String TOPIC = "Aging";
    private static final int DELETE_EXPIRED_COMMITLOG = 329;

    private Path directory;
    private Sut sut;
    private long min;
    private long boundaryTime;
    private long boundaryOffset;
    private long max;

    @BeforeAll
    void ageATopic(@TempDir Path temporary) throws IOException {
        directory = temporary;
        sut = Sut.start(BrokerSpec.in(directory.resolve("broker")).with("fileReservedTime", "1"));
        RawClient.createTopic(sut, TOPIC, 1);
        try (Driver driver = StockClient.V5_JSON.start(sut.nameServer(), directory)) {
            driver.call("producer", "name", "p", "compressOver", Integer.MAX_VALUE);
            send(driver, 30, 1 << 20);
            makeOld(new StoredLog(sut.commitLog()).segments().subList(0, 2));
            soon("the first segments to be dropped").until(() -> {
                try (RawClient raw = new RawClient(sut.broker())) {
                    raw.call(DELETE_EXPIRED_COMMITLOG);
                }
                return queue(driver).number("min") > 0;
            });
            send(driver, 5, 100);
            boundaryTime = waitForAWholeSecond(driver);
            boundaryOffset = queue(driver).number("max");
            send(driver, 5, 100);
            min = queue(driver).number("min");
            max = queue(driver).number("max");
        }
    }

    @AfterAll
    void stop() {
        sut.close();
    }

    @ParameterizedTest
    @EnumSource(StockClient.class)
    void aNewGroupStartsWhereItAsksTo(StockClient client) {
        try (Driver driver = client.start(sut.nameServer(), directory)) {
            subscribe(driver, client, "first", "FIRST");
            subscribe(driver, client, "time", String.valueOf(boundaryTime));
            subscribe(driver, client, "last", "LAST");

            soon("everything that is left")
                    .untilAsserted(() -> assertThat(offsets(driver, "first")).contains(max - 1));
            soon("everything since the time")
                    .untilAsserted(() -> assertThat(offsets(driver, "time")).contains(max - 1));
            assertThat(offsets(driver, "time"))
                    .containsExactlyElementsOf(
                            LongStream.range(boundaryOffset, max).boxed().toList());
            List<Long> first = offsets(driver, "first");
            assertThat(first)
                    .containsExactlyElementsOf(
                            LongStream.range(first.getFirst(), max).boxed().toList());
            assertThat(first.getFirst()).isGreaterThanOrEqualTo(min).isLessThan(boundaryOffset);
            assertThat(offsets(driver, "last")).isEmpty();
            long before = max;
            driver.call("producer", "name", "p");
            send(driver, 3, 100);
            max = queue(driver).number("max");
            soon("only what is new")
                    .untilAsserted(() -> assertThat(offsets(driver, "last"))
                            .containsExactlyElementsOf(
                                    LongStream.range(before, max).boxed().toList()));
        }
    }

    private static void makeOld(List<Path> segments) throws IOException {
        for (Path segment : segments) {
            Files.setLastModifiedTime(segment, FileTime.from(Instant.now().minus(Duration.ofHours(3))));
        }
    }

    private static void subscribe(Driver driver, StockClient client, String name, String from) {
        driver.call("push", "name", name, "group", "G_" + name + "_" + client, "topic", TOPIC, "from", from);
    }

    private static void send(Driver driver, int count, int size) {
        driver.call("send", "producer", "p", "topic", TOPIC, "prefix", "m", "count", count, "size", size);
    }

    // the client writes its timestamp in whole seconds: send until the store's clock has passed one
    private static long waitForAWholeSecond(Driver driver) {
        long last = lastStoreTime(driver);
        long boundary = (last / 1000 + 1) * 1000;
        soon("the clock, which the broker reads too, to pass it").until(() -> System.currentTimeMillis() > boundary);
        return boundary;
    }

    private static long lastStoreTime(Driver driver) {
        long last = queue(driver).number("max") - 1;
        return driver.rows("pull", "group", "G_probe", "topic", TOPIC, "queue", 0, "offset", last)
                .getLast()
                .number("storeTime");
    }

    private static Line queue(Driver driver) {
        return driver.rows("queues", "topic", TOPIC).getFirst();
    }

    private static List<Long> offsets(Driver driver, String consumer) {
        return driver.received(consumer).stream()
                .map(line -> line.number("offset"))
                .distinct()
                .sorted()
                .toList();
    }

    private static ConditionFactory soon(String what) {
        return Awaitility.await(what).atMost(Duration.ofSeconds(150)).pollInterval(Duration.ofMillis(200));
    }
}
