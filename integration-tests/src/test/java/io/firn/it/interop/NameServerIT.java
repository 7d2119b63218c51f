package io.firn.it.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.harness.ApacheNameServer;
import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.Driver;
import io.firn.it.harness.HostPort;
import io.firn.it.harness.Mqadmin;
import io.firn.it.harness.Ports;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.RawFrame;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.Sut;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker registers with Apache's name servers, and an Apache broker with the name server under test. */
final class NameServerIT {

    private static final int GET_ROUTEINFO_BY_TOPIC = 105;

    @TempDir
    private Path directory;

    @Test
    void registersWithOneOfTwoNameServersWhenTheOtherIsDead() {
        HostPort dead = new HostPort("127.0.0.1", Ports.free());
        try (ApacheNameServer alive = ApacheNameServer.start(directory.resolve("ns"));
                Sut sut = Sut.start(BrokerSpec.in(directory.resolve("broker"))
                        .registeringWith(dead.toString(), alive.address().toString()))) {
            sendAndRead(sut, alive.address());
            assertThat(new Mqadmin(directory, alive.address())
                            .run("clusterList")
                            .text())
                    .containsPattern("DefaultCluster\\s+broker-a\\s+0\\s+\\Q" + sut.broker() + "\\E");
            sut.stop();
            assertThat(route(alive.address(), "TBW102"))
                    .doesNotContain(sut.broker().toString());
        }
    }

    @Test
    void registersAgainWhenTheNameServerComesBack() {
        try (ApacheNameServer server = ApacheNameServer.start(directory.resolve("ns"));
                Sut sut = Sut.start(BrokerSpec.in(directory.resolve("broker"))
                        .registeringWith(server.address().toString()))) {
            RawClient.createTopic(sut, "Before", 2);
            server.kill();
            RawClient.createTopic(sut, "Meanwhile", 3);
            server.start();
            Awaitility.await("registration of both topics")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> route(server.address(), "Before")
                                    .contains(sut.broker().toString())
                            && route(server.address(), "Meanwhile")
                                    .contains(sut.broker().toString()));
            sendAndRead(sut, server.address());
        }
    }

    @Test
    void anApacheBrokerRegistersBesideOurs() {
        try (Sut ours = Sut.start(BrokerSpec.in(directory.resolve("ours")));
                Sut theirs = Sut.start(
                        Sut.Kind.APACHE,
                        BrokerSpec.in(directory.resolve("theirs"))
                                .named("broker-b")
                                .registeringWith(ours.nameServer().toString()))) {
            RawClient.createTopic(theirs, "OnTheirs", 2);
            Awaitility.await("the route")
                    .until(() -> route(ours.nameServer(), "OnTheirs").contains("broker-b"));
            assertThat(route(ours.nameServer(), "OnTheirs")).doesNotContain("broker-a");
            sendAndRead(ours, ours.nameServer());
            assertThat(new Mqadmin(directory, ours.nameServer())
                            .run("clusterList")
                            .text())
                    .contains(ours.broker().toString())
                    .contains(theirs.broker().toString());
            theirs.kill();
            Awaitility.await("a dead broker to leave the route")
                    .until(() -> !route(ours.nameServer(), "OnTheirs").contains("broker-b"));
        }
    }

    private void sendAndRead(Sut sut, HostPort nameServer) {
        RawClient.createTopic(sut, "Routed", 2);
        try (Driver driver = StockClient.V5_JSON.start(nameServer, directory)) {
            driver.call("producer", "name", "p");
            driver.call("send", "producer", "p", "topic", "Routed", "prefix", "m", "count", 10);
            assertThat(driver.rows("drain", "topic", "Routed")).hasSize(10);
        }
    }

    private static String route(HostPort nameServer, String topic) {
        try (RawClient client = new RawClient(nameServer)) {
            RawFrame answer = client.call(GET_ROUTEINFO_BY_TOPIC, "topic", topic);
            return new String(answer.body(), StandardCharsets.UTF_8);
        }
    }
}
