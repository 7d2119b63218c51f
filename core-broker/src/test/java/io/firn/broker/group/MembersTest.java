package io.firn.broker.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.record.RecordFilter;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.topic.TestHome;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.topic.TopicsConfig;
import io.firn.broker.wire.LanguageCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.ConsumeFromWhere;
import io.firn.broker.wire.body.ConsumeType;
import io.firn.broker.wire.body.ConsumerBody;
import io.firn.broker.wire.body.HeartbeatBody;
import io.firn.broker.wire.body.MessageModel;
import io.firn.broker.wire.body.ProducerBody;
import io.firn.broker.wire.body.SubscriptionBody;
import io.firn.broker.wire.body.SubscriptionGroupBody;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembersTest {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private final List<String> rebalanced = new CopyOnWriteArrayList<>();
    private TestHome home;
    private TopicRegistry topics;
    private GroupCoordinator groups;
    private Members members;

    @BeforeEach
    void open() {
        home = new TestHome(directory);
        start(Map.of());
    }

    private void start(Map<String, String> settings) {
        ConfigView view = new ConfigView(settings);
        topics = TopicRegistry.open(TopicsConfig.from(view, "broker-a", "DefaultCluster"), home.config());
        groups = GroupCoordinator.open(
                GroupsConfig.from(view), home.config(), topics, MembersTest::compile, this::rebalance);
        members = groups.members();
    }

    @AfterEach
    void close() {
        groups.close();
        home.close();
        assertThat(home.faults()).isEmpty();
    }

    private static RecordFilter compile(SubscriptionBody subscription) {
        if (subscription.expressionType().equals("SQL92")) {
            throw new RequestException(ResponseCode.SYSTEM_ERROR, "no SQL92");
        }
        return RecordFilter.ALL;
    }

    private void rebalance(ConsumerGroup group) {
        rebalanced.add(group.name() + group.clientIds());
    }

    private static ClientLink link(FakeConnection connection) {
        return new ClientLink(connection, LanguageCode.JAVA, 513);
    }

    private static SubscriptionBody topic(String topic, long version) {
        return new SubscriptionBody(topic, "*", List.of(), List.of(), version, "TAG", false);
    }

    private static ConsumerBody consumer(MessageModel model, SubscriptionBody... subscriptions) {
        return new ConsumerBody(
                "g",
                ConsumeType.CONSUME_PASSIVELY,
                model,
                ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET,
                List.of(subscriptions),
                false);
    }

    private static ConsumerBody consumer(SubscriptionBody... subscriptions) {
        return consumer(MessageModel.CLUSTERING, subscriptions);
    }

    private void beat(FakeConnection connection, String clientId, ConsumerBody... consumers) {
        HeartbeatBody body = new HeartbeatBody(clientId, List.of(new ProducerBody("p")), List.of(consumers), 0, false);
        members.heartbeat(link(connection), body).join();
    }

    private ConsumerGroup group() {
        return Objects.requireNonNull(members.consumers("g"));
    }

    @Test
    void aHeartbeatMakesGroupRetryTopicMemberAndSubscription() {
        FakeConnection connection = new FakeConnection(1);
        beat(connection, "c1", consumer(topic("T", 5)));
        assertThat(groups.configs().find("g")).isEqualTo(GroupConfig.defaults("g"));
        assertThat(topics.find("%RETRY%g")).isEqualTo(Topic.retryOf("g", 1));
        assertThat(members.ids("g")).containsExactly("c1");
        Subscription subscription = Objects.requireNonNull(members.subscription("g", "T"));
        assertThat(subscription.version()).isEqualTo(5);
        assertThat(subscription.filter()).isSameAs(RecordFilter.ALL);
        assertThat(members.subscription("g", "U")).isNull();
        assertThat(members.subscription("h", "T")).isNull();
        Member member = Objects.requireNonNull(group().member("c1"));
        assertThat(member.link()).isEqualTo(link(connection));
        assertThat(member.link().address()).isEqualTo("127.0.0.1:1");
        assertThat(members.producers("p"))
                .singleElement()
                .satisfies(producer -> assertThat(producer.clientId()).isEqualTo("c1"));
        assertThat(members.producerGroups()).containsExactly("p");
        assertThat(rebalanced).containsExactly("g[c1]");
    }

    @Test
    void aRepeatedHeartbeatChangesNothing() {
        FakeConnection connection = new FakeConnection(1);
        beat(connection, "c1", consumer(topic("T", 5)));
        ConsumerGroup before = group();
        home.clock().advance(Duration.ofSeconds(30));
        beat(connection, "c1", consumer(topic("T", 5)));
        assertThat(group()).isSameAs(before);
        assertThat(rebalanced).hasSize(1);
        assertThat(before.members().getFirst().lastSeenMs())
                .isEqualTo(home.clock().millis());
    }

    @Test
    void membersAreToldWhenOthersComeAndGo() {
        FakeConnection first = new FakeConnection(1);
        FakeConnection second = new FakeConnection(2);
        beat(first, "c1", consumer(topic("T", 1)));
        beat(second, "c2", consumer(topic("T", 1)));
        members.unregister(first, "c1", null, "g").join();
        assertThat(rebalanced).containsExactly("g[c1]", "g[c1, c2]", "g[c2]");
        members.unregister(second, "c2", "p", "g").join();
        assertThat(members.consumers("g")).isNull();
        assertThat(members.consumers()).isEmpty();
        assertThat(members.producers("p"))
                .singleElement()
                .satisfies(producer -> assertThat(producer.clientId()).isEqualTo("c1"));
        assertThat(rebalanced).hasSize(3);
    }

    @Test
    void aClosedConnectionTakesItsMembersAlong() {
        FakeConnection first = new FakeConnection(1);
        FakeConnection second = new FakeConnection(2);
        beat(first, "c1", consumer(topic("T", 1)));
        beat(first, "c2", consumer(topic("T", 1)));
        beat(second, "c3", consumer(topic("T", 1)));
        first.close("test");
        members.connectionClosed(first);
        home.settle();
        assertThat(members.ids("g")).containsExactly("c3");
        assertThat(members.producers("p")).hasSize(1);
        assertThat(rebalanced).last().isEqualTo("g[c3]");
    }

    @Test
    void aClientThatReconnectsIsThereTwiceButListedOnce() {
        FakeConnection old = new FakeConnection(1);
        FakeConnection fresh = new FakeConnection(2);
        beat(old, "c1", consumer(topic("T", 1)));
        beat(fresh, "c1", consumer(topic("T", 1)));
        assertThat(group().members()).hasSize(2);
        assertThat(members.ids("g")).containsExactly("c1");
        members.connectionClosed(old);
        home.settle();
        assertThat(group().members())
                .singleElement()
                .satisfies(member -> assertThat(member.link().connection()).isSameAs(fresh));
    }

    @Test
    void onlyANewerSubscriptionReplacesAnOlderOne() {
        FakeConnection connection = new FakeConnection(1);
        beat(connection, "c1", consumer(topic("T", 5)));
        Subscription five = members.subscription("g", "T");
        beat(connection, "c1", consumer(topic("T", 4)));
        assertThat(members.subscription("g", "T")).isSameAs(five);
        beat(connection, "c1", consumer(topic("T", 6)));
        assertThat(Objects.requireNonNull(members.subscription("g", "T")).version())
                .isEqualTo(6);
        assertThat(rebalanced).hasSize(1);
    }

    @Test
    void topicsAddedOrRemovedAreARebalance() {
        FakeConnection connection = new FakeConnection(1);
        beat(connection, "c1", consumer(topic("T", 1)));
        beat(connection, "c1", consumer(topic("T", 1), topic("U", 1)));
        assertThat(group().subscriptions()).containsOnlyKeys("T", "U");
        beat(connection, "c1", consumer(topic("U", 1)));
        assertThat(group().subscriptions()).containsOnlyKeys("U");
        assertThat(rebalanced).hasSize(3);
    }

    @Test
    void theLastHeartbeatDecidesHowTheGroupConsumes() {
        FakeConnection connection = new FakeConnection(1);
        beat(connection, "c1", consumer(topic("T", 1)));
        assertThat(group().mode().broadcasting()).isFalse();
        beat(connection, "c1", consumer(MessageModel.BROADCASTING, topic("T", 1)));
        assertThat(group().mode().broadcasting()).isTrue();
    }

    @Test
    void broadcastingGroupsAreNotToldToRebalance() {
        beat(new FakeConnection(1), "c1", consumer(MessageModel.BROADCASTING, topic("T", 1)));
        beat(new FakeConnection(2), "c2", consumer(MessageModel.BROADCASTING, topic("T", 1)));
        assertThat(members.ids("g")).containsExactly("c1", "c2");
        assertThat(rebalanced).isEmpty();
    }

    @Test
    void groupsThatSwitchedNotificationsOffAreNotToldToRebalance() {
        SubscriptionGroupBody defaults = SubscriptionGroupBody.defaults("g");
        SubscriptionGroupBody silent = new SubscriptionGroupBody(
                "g",
                true,
                true,
                true,
                false,
                3,
                defaults.retryMaxTimes(),
                defaults.groupRetryPolicy(),
                0,
                1,
                false,
                0,
                15,
                null,
                Map.of());
        groups.configs().put(silent).join();
        beat(new FakeConnection(1), "c1", consumer(topic("T", 1)));
        assertThat(rebalanced).isEmpty();
        assertThat(topics.find("%RETRY%g")).isEqualTo(Topic.retryOf("g", 3));
    }

    @Test
    void aSubscriptionThatCannotBeEvaluatedIsKeptWithItsReason() {
        SubscriptionBody sql = new SubscriptionBody("T", "a > 1", List.of(), List.of(), 1, "SQL92", false);
        beat(new FakeConnection(1), "c1", consumer(sql));
        Subscription subscription = Objects.requireNonNull(members.subscription("g", "T"));
        assertThatThrownBy(subscription::filter)
                .isInstanceOfSatisfying(
                        RequestException.class, e -> assertThat(e.code()).isEqualTo(ResponseCode.SYSTEM_ERROR))
                .hasMessage("no SQL92");
    }

    @Test
    void aSilentClientIsDroppedAfterTwoMinutesAndItsConnectionClosed() {
        FakeConnection silent = new FakeConnection(1);
        FakeConnection alive = new FakeConnection(2);
        beat(silent, "c1", consumer(topic("T", 1)));
        home.pass(Duration.ofMinutes(1));
        beat(alive, "c2", consumer(topic("T", 1)));
        home.pass(Duration.ofMinutes(1));
        assertThat(members.ids("g")).containsExactly("c1", "c2");
        home.pass(Duration.ofSeconds(10));
        assertThat(members.ids("g")).containsExactly("c2");
        assertThat(members.producers("p")).hasSize(1);
        assertThat(silent.closedBecause()).contains("120 s");
        assertThat(alive.closedBecause()).isNull();
        assertThat(rebalanced).last().isEqualTo("g[c2]");
    }

    @Test
    void aGroupThatAClientLeftSilentlyDoesNotCostItItsConnection() {
        FakeConnection connection = new FakeConnection(1);
        beat(connection, "c1", consumer(topic("T", 1)));
        for (int i = 0; i < 5; i++) {
            home.pass(Duration.ofSeconds(30));
            beat(connection, "c1");
        }
        assertThat(members.consumers("g")).isNull();
        assertThat(connection.closedBecause()).isNull();
        assertThat(members.producers("p")).hasSize(1);
    }

    @Test
    void aConnectionThatClosedUnnoticedIsSwept() {
        FakeConnection connection = new FakeConnection(1);
        beat(connection, "c1", consumer(topic("T", 1)));
        connection.close("unnoticed");
        home.pass(Duration.ofSeconds(10));
        assertThat(members.consumers("g")).isNull();
    }

    @Test
    void aHeartbeatOfAClosedConnectionIsNotTaken() {
        FakeConnection connection = new FakeConnection(1);
        connection.close("before");
        beat(connection, "c1", consumer(topic("T", 1)));
        assertThat(members.consumers("g")).isNull();
        assertThat(members.producers("p")).isEmpty();
    }

    @Test
    void aProducerIsFoundByItsIdWhereItIsConnected() {
        FakeConnection old = new FakeConnection(1);
        FakeConnection fresh = new FakeConnection(2);
        beat(old, "c1");
        assertThat(members.producer("c1")).isSameAs(old);
        assertThat(members.producer("c2")).isNull();
        beat(fresh, "c1");
        assertThat(members.producer("c1")).isSameAs(fresh);
        fresh.close("test");
        assertThat(members.producer("c1")).isSameAs(old);
        members.connectionClosed(fresh);
        home.settle();
        assertThat(members.producer("c1")).isSameAs(old);
        members.unregister(old, "c1", "p", null).join();
        assertThat(members.producer("c1")).isNull();
    }

    @Test
    void aHeartbeatWithoutAClientIdIsRefused() {
        assertThatThrownBy(() -> beat(new FakeConnection(1), " ", consumer(topic("T", 1))))
                .isInstanceOf(RequestException.class)
                .hasMessageContaining("clientID");
    }

    @Test
    void groupsThatMayNotBeCreatedAreLeftOutAndTheRestIsTaken() {
        start(Map.of("autoCreateSubscriptionGroup", "false"));
        groups.configs().put(SubscriptionGroupBody.defaults("g")).join();
        ConsumerBody unknown = new ConsumerBody(
                "unknown",
                ConsumeType.CONSUME_PASSIVELY,
                MessageModel.CLUSTERING,
                ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET,
                List.of(topic("T", 1)),
                false);
        beat(new FakeConnection(1), "c1", unknown, consumer(topic("T", 1)));
        assertThat(members.consumers("unknown")).isNull();
        assertThat(topics.find("%RETRY%unknown")).isNull();
        assertThat(members.ids("g")).containsExactly("c1");
    }

    @Test
    void theRetryTopicOfAGroupThatReadsInOrderIsOrderedToo() {
        topics.put(Topic.of("T", 4, 6).withOrder(true)).join();
        beat(new FakeConnection(1), "c1", consumer(topic("T", 1)));
        assertThat(topics.find("%RETRY%g")).isEqualTo(Topic.retryOf("g", 1).withOrder(true));
    }

    @Test
    void anyMixOfComingAndGoingEndsWithThoseWhoStayed() throws InterruptedException {
        long seed = Long.getLong("firn.seed", new Random().nextLong());
        Set<String> stayed = new TreeSet<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Random random = new Random(seed + t);
            String prefix = "t" + t + "-";
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 50; i++) {
                    FakeConnection connection = new FakeConnection(1 + i);
                    String clientId = prefix + i;
                    beat(connection, clientId, consumer(topic("T", 1), topic("U" + random.nextInt(2), 1)));
                    switch (random.nextInt(3)) {
                        case 0 ->
                            members.unregister(connection, clientId, "p", "g").join();
                        case 1 -> {
                            connection.close("test");
                            members.connectionClosed(connection);
                        }
                        default -> {
                            synchronized (stayed) {
                                stayed.add(clientId);
                            }
                        }
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        home.settle();
        assertThat(new TreeSet<>(members.ids("g"))).as("seed %s", seed).isEqualTo(stayed);
        assertThat(members.producers("p"))
                .as("seed %s", seed)
                .extracting(Member::clientId)
                .containsExactlyInAnyOrderElementsOf(stayed);
        home.pass(TIMEOUT.plusSeconds(1));
        assertThat(members.consumers()).isEmpty();
        assertThat(members.producerGroups()).isEmpty();
    }
}
