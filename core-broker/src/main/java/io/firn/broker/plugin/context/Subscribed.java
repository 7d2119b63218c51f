package io.firn.broker.plugin.context;

import io.firn.spi.BrokerRole;
import io.firn.spi.BrokerView;
import io.firn.spi.RoleListener;
import io.firn.spi.contract.Registration;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicListener;
import io.firn.spi.topic.TopicView;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The listeners a plugin has with the broker, so that they end with it whatever it forgets. Any thread. */
final class Subscribed {

    private final Queue<Registration> open = new ConcurrentLinkedQueue<>();

    private Registration track(Registration one) {
        open.add(one);
        return () -> {
            open.remove(one);
            one.close();
        };
    }

    void close() {
        for (Registration one = open.poll(); one != null; one = open.poll()) {
            one.close();
        }
    }

    TopicView topics(TopicView topics, PluginRef owner) {
        return new TopicView() {
            @Override
            public Optional<Topic> get(String name) {
                return topics.get(name);
            }

            @Override
            public Collection<Topic> all() {
                return topics.all();
            }

            @Override
            public Registration onChange(TopicListener listener) {
                return track(topics.onChange(change -> {
                    try {
                        listener.onChange(change);
                    } catch (LinkageError e) {
                        Faults.tell(owner, "topic listener", e);
                        throw e;
                    }
                }));
            }

            @Override
            public CompletionStage<Topic> createIfAbsent(Topic topic) {
                return topics.createIfAbsent(topic);
            }

            @Override
            public CompletionStage<Void> follow(Collection<Topic> followed) {
                return topics.follow(followed);
            }
        };
    }

    BrokerView broker(BrokerView broker) {
        return new BrokerView() {
            @Override
            public String cluster() {
                return broker.cluster();
            }

            @Override
            public String name() {
                return broker.name();
            }

            @Override
            public long id() {
                return broker.id();
            }

            @Override
            public String version() {
                return broker.version();
            }

            @Override
            public BrokerRole role() {
                return broker.role();
            }

            @Override
            public Registration onRoleChange(RoleListener listener) {
                return track(broker.onRoleChange(listener));
            }

            @Override
            public Path storeDir() {
                return broker.storeDir();
            }
        };
    }
}
