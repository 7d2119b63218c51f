package io.firn.broker.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.topic.TestHome;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.SubscriptionGroupBody;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupConfigsTest {

    @TempDir
    private Path directory;

    private TestHome home;

    @BeforeEach
    void open() {
        home = new TestHome(directory);
    }

    @AfterEach
    void close() {
        home.close();
    }

    private GroupConfigs configs(String... autoCreate) {
        Map<String, String> settings =
                autoCreate.length == 0 ? Map.of() : Map.of("autoCreateSubscriptionGroup", autoCreate[0]);
        return GroupConfigs.open(GroupsConfig.from(new ConfigView(settings)), home.config());
    }

    private void write(String content) throws IOException {
        Files.writeString(directory.resolve("subscriptionGroup.json"), content);
    }

    private Map<?, ?> file() throws IOException {
        return Json.decode(Files.readAllBytes(directory.resolve("subscriptionGroup.json")), Map.class);
    }

    private void copyGolden() throws IOException {
        try (InputStream golden = getClass().getResourceAsStream("apache-5.5.0-subscriptionGroup.json")) {
            write(new String(Objects.requireNonNull(golden).readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static int code(CompletableFuture<?> future) {
        Throwable failure = future.handle((value, e) -> e).join();
        assertThat(failure).isInstanceOf(RequestException.class);
        return ((RequestException) failure).code();
    }

    @Test
    void hasTheGroupsThatEveryBrokerHas() {
        assertThat(configs().all())
                .containsOnlyKeys(
                        "TOOLS_CONSUMER",
                        "FILTERSRV_CONSUMER",
                        "SELF_TEST_C_GROUP",
                        "CID_ONS-HTTP-PROXY",
                        "CID_ONSAPI_PULL",
                        "CID_ONSAPI_PERMISSION",
                        "CID_ONSAPI_OWNER",
                        "CID_RMQ_SYS_TRANS");
    }

    @Test
    void createsAGroupWhenItIsFirstNamedAndKeepsIt() {
        GroupConfig created = configs().ensure("Readers").join();
        assertThat(created.retryQueues()).isEqualTo(1);
        assertThat(created.retryMax()).isEqualTo(16);
        assertThat(created.consumes() && created.broadcasts() && created.notifies())
                .isTrue();
        assertThat(configs().find("Readers")).isEqualTo(created);
    }

    @Test
    void createsOnlySystemGroupsWhenAutoCreationIsOff() {
        GroupConfigs configs = configs("false");
        assertThat(code(configs.ensure("Readers"))).isEqualTo(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST);
        assertThat(configs.ensure("CID_RMQ_SYS_X").join().name()).isEqualTo("CID_RMQ_SYS_X");
    }

    @Test
    void refusesIllegalNames() {
        assertThat(code(configs().ensure("a b"))).isEqualTo(ResponseCode.INVALID_PARAMETER);
        assertThat(code(configs().put(SubscriptionGroupBody.defaults("")))).isEqualTo(ResponseCode.INVALID_PARAMETER);
    }

    @Test
    void takesAndReturnsTheRightToReadATopic() {
        GroupConfigs configs = configs();
        assertThat(code(configs.setReading("Readers", "T", GroupConfig.Reading.FORBIDDEN)))
                .isEqualTo(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST);
        configs.ensure("Readers").join();
        configs.setReading("Readers", "T", GroupConfig.Reading.FORBIDDEN).join();
        configs.put(SubscriptionGroupBody.defaults("Readers")).join();
        GroupConfig reopened = Objects.requireNonNull(configs().find("Readers"));
        assertThat(reopened.mayRead("T")).isFalse();
        assertThat(reopened.mayRead("U")).isTrue();
        GroupConfig allowed =
                configs.setReading("Readers", "T", GroupConfig.Reading.ALLOWED).join();
        assertThat(allowed.mayRead("T")).isTrue();
        assertThat(allowed.forbidden()).isEmpty();
    }

    @Test
    void deletesAGroup() {
        GroupConfigs configs = configs();
        configs.ensure("Readers").join();
        assertThat(configs.delete("Readers").join()).isNotNull();
        assertThat(configs.delete("Readers").join()).isNull();
        assertThat(configs().find("Readers")).isNull();
    }

    @Test
    void readsWhatApacheRocketMqWrote() throws IOException {
        copyGolden();
        GroupConfigs configs = configs();
        GroupConfig billing = Objects.requireNonNull(configs.find("Billing"));
        assertThat(billing.retryMax()).isEqualTo(5);
        assertThat(billing.retryQueues()).isEqualTo(2);
        assertThat(billing.body().consumeMessageOrderly()).isTrue();
        assertThat(Objects.requireNonNull(configs.find("Readers")).mayRead("Batches"))
                .isFalse();
        assertThat(configs.version().counter()).isEqualTo(3);
    }

    @Test
    void writesBackWhatApacheRocketMqWrote() throws IOException {
        copyGolden();
        Map<?, ?> before = file();
        GroupConfigs configs = configs();
        configs.ensure("Another").join();
        configs.delete("Another").join();
        Map<?, ?> after = file();
        assertThat(after.get("subscriptionGroupTable")).isEqualTo(before.get("subscriptionGroupTable"));
        assertThat(after.get("forbiddenTable")).isEqualTo(before.get("forbiddenTable"));
    }

    @Test
    void keepsFieldsItDoesNotKnowWhenTheGroupChanges() throws IOException {
        write("{\"later\":1,\"forbiddenTable\":{\"Ghost\":{\"T\":4}},"
                + "\"subscriptionGroupTable\":{\"g\":{\"groupName\":\"g\",\"retryMaxTimes\":3,\"colour\":\"red\"}}}");
        GroupConfigs configs = configs();
        configs.put(SubscriptionGroupBody.defaults("g")).join();
        assertThat(new String(Json.encode(file()), StandardCharsets.UTF_8))
                .contains("\"later\":1", "\"colour\":\"red\"", "\"Ghost\":{\"T\":4}", "\"retryMaxTimes\":16");
    }

    @Test
    void fieldsThatAnOlderBrokerDidNotWriteHaveTheirDefaults() throws IOException {
        write("{\"subscriptionGroupTable\":{\"g\":{\"groupName\":\"g\",\"retryMaxTimes\":3}}}");
        GroupConfig group = Objects.requireNonNull(configs().find("g"));
        assertThat(group.retryMax()).isEqualTo(3);
        assertThat(group.notifies() && group.consumes() && group.broadcasts()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "garbage; is not a JSON object",
                "{\"subscriptionGroupTable\":{\"g\":{\"groupName\":\"h\"}}}; g.groupName = h",
                "{\"subscriptionGroupTable\":{\"g\":{\"retryMaxTimes\":\"many\"}}}; the settings of a group",
                "{\"subscriptionGroupTable\":{\"g\":{}},\"forbiddenTable\":{\"g\":{\"T\":\"x\"}}}; g.T = x"
            })
    void namesFileAndFieldOfABrokenFile(String content, String reason) throws IOException {
        write(content);
        assertThatThrownBy(this::configs)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("subscriptionGroup.json")
                .hasMessageContaining(reason)
                .hasMessageContaining("correct the file");
    }
}
