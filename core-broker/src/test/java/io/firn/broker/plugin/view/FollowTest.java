package io.firn.broker.plugin.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.filter.FilterConfig;
import io.firn.broker.filter.Filters;
import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.group.GroupsConfig;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.topic.TestHome;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.topic.TopicsConfig;
import io.firn.spi.topic.Group;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicKind;
import io.firn.spi.topic.TopicLayout;
import io.firn.spi.topic.TopicView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics and groups of a read-only broker are those of its primary. */
final class FollowTest {

    private static final long END = 100;
    private static final QueueRef QUEUE = new QueueRef("T", 0);

    @TempDir
    private Path root;

    private TestHome home;
    private TopicRegistry registry;
    private GroupCoordinator groups;

    @BeforeEach
    void open() {
        home = new TestHome(root);
        ConfigView view = new ConfigView(Map.of());
        registry = TopicRegistry.open(TopicsConfig.from(view, "b", "c"), home.config());
        Filters filters = new Filters(FilterConfig.from(view));
        groups = GroupCoordinator.open(GroupsConfig.from(view), home.config(), registry, filters::compile, group -> {});
    }

    @AfterEach
    void close() {
        groups.close();
        home.close();
    }

    private TopicView topics(Topics.Following following) {
        return Topics.open(registry, root, following).viewFor(Runnable::run);
    }

    private static Topic topic(String name, int queues) {
        return new Topic(name, TopicKind.NORMAL, TopicLayout.of(queues), Map.of(), UUID.randomUUID());
    }

    private static void done(CompletionStage<Void> stage) throws Exception {
        stage.toCompletableFuture().get(1, TimeUnit.MINUTES);
    }

    private static List<Topic> with(TopicView view, Topic... more) {
        List<Topic> all = new ArrayList<>(view.all().stream()
                .filter(topic -> topic.kind() == TopicKind.SYSTEM)
                .toList());
        all.addAll(List.of(more));
        return all;
    }

    @Test
    void topicsAreMadeChangedAndDeleted() throws Exception {
        TopicView view = topics(Topics.Following.ALLOWED);
        done(view.follow(with(view, topic("T", 4), topic("U", 1))));
        assertThat(registry.required("T").readQueues()).isEqualTo(4);
        assertThat(registry.find("U")).isNotNull();
        done(view.follow(with(view, topic("T", 8))));
        assertThat(registry.required("T").readQueues()).isEqualTo(8);
        assertThat(registry.find("U")).isNull();
        assertThat(registry.find("TBW102")).as("the broker's own").isNotNull();
    }

    @Test
    void whatIsTheSameIsNotWrittenAgain() throws Exception {
        TopicView view = topics(Topics.Following.ALLOWED);
        List<Topic> same = with(view, topic("T", 4));
        done(view.follow(same));
        long counter = registry.version().counter();
        done(view.follow(same));
        assertThat(registry.version().counter()).isEqualTo(counter);
    }

    @Test
    void aTopicThatIsRefusedIsNamedAndTheOthersAreMade() throws Exception {
        TopicView view = topics(Topics.Following.ALLOWED);
        Topic odd = new Topic(
                "odd", TopicKind.NORMAL, TopicLayout.of(1), Map.of("no.such.attribute", "1"), UUID.randomUUID());
        CompletionStage<Void> followed = view.follow(with(view, topic("bad name", 1), odd, topic("T", 4)));
        assertThatThrownBy(() -> done(followed))
                .hasRootCauseInstanceOf(Exception.class)
                .hasMessageContaining("bad name");
        assertThat(registry.find("T")).isNotNull();
    }

    @Test
    void groupsGetThePrimarysOffsetsUpToTheQueuesEnd() throws Exception {
        Groups view = new Groups(groups, queue -> END, Topics.Following.ALLOWED);
        done(view.follow(new Group("G", Map.of("retryMaxTimes", "3")), Map.of(QUEUE, 17L)));
        assertThat(view.committed("G")).isEqualTo(Map.of(QUEUE, 17L));
        done(view.follow(new Group("G", Map.of("retryMaxTimes", "5")), Map.of(QUEUE, 5000L)));
        assertThat(view.committed("G")).isEqualTo(Map.of(QUEUE, END));
        assertThat(view.all())
                .filteredOn(group -> group.name().equals("G"))
                .singleElement()
                .satisfies(group -> assertThat(group.settings()).containsEntry("retryMaxTimes", "5"));
    }

    @Test
    void nothingFollowsAtABrokerWithTopicsOfItsOwn() {
        TopicView view = topics(Topics.Following.FORBIDDEN);
        assertThatThrownBy(() -> done(view.follow(List.of())))
                .hasRootCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not read-only");
        Groups mine = new Groups(groups, queue -> END, Topics.Following.FORBIDDEN);
        assertThatThrownBy(() -> done(mine.follow(new Group("G", Map.of()), Map.of())))
                .hasRootCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not read-only");
    }
}
