package io.firn.broker.group;

import io.firn.broker.runtime.StorageException;
import io.firn.broker.topic.ConfigHome;
import io.firn.broker.topic.TopicRegistry;
import java.util.concurrent.CompletableFuture;

/** The door of this room: settings, members, offsets, queue locks and deliveries of all groups. Any thread. */
public final class GroupCoordinator implements AutoCloseable {

    private final GroupConfigs configs;
    private final Members members;
    private final Offsets offsets;
    private final QueueLocks locks;
    private final Deliveries deliveries = new Deliveries();

    /** Replaced by {@link #adopt}. */
    private volatile GroupsConfig.Resets resets;

    private GroupCoordinator(
            GroupsConfig config, GroupConfigs configs, Members members, Offsets offsets, QueueLocks locks) {
        this.resets = config.resets();
        this.configs = configs;
        this.members = members;
        this.offsets = offsets;
        this.locks = locks;
    }

    /**
     * Reads {@code subscriptionGroup.json} and {@code consumerOffset.json} and adds the groups every broker has. Blocks
     * on the disk.
     *
     * @throws StorageException naming the file when one is broken or can not be written
     */
    public static GroupCoordinator open(
            GroupsConfig config,
            ConfigHome home,
            TopicRegistry topics,
            FilterCompiler filters,
            RebalanceListener rebalance) {
        GroupConfigs configs = GroupConfigs.open(config, home);
        Offsets offsets = Offsets.open(config, home);
        ConsumerTable consumers = new ConsumerTable(configs, filters, rebalance);
        Members members = Members.open(config, home, configs, topics, consumers);
        QueueLocks locks = new QueueLocks(home.clock());
        home.control().every(QueueLocks.HOLD, locks::sweep);
        return new GroupCoordinator(config, configs, members, offsets, locks);
    }

    /** Goes by these settings from now on, as far as {@link GroupsConfig#LIVE} names them. Any thread. */
    public void adopt(GroupsConfig changed) {
        configs.adopt(changed);
        resets = changed.resets();
    }

    public GroupConfigs configs() {
        return configs;
    }

    public Members members() {
        return members;
    }

    public Offsets offsets() {
        return offsets;
    }

    /** Who moves a group when an operator wants it moved. */
    public GroupsConfig.Resets resets() {
        return resets;
    }

    public QueueLocks locks() {
        return locks;
    }

    public Deliveries deliveries() {
        return deliveries;
    }

    /** Completes when every change of settings asked for so far is on disk. */
    public CompletableFuture<?> settled() {
        return configs.settled();
    }

    /** Writes offsets that are not written yet. Blocks on the disk. */
    @Override
    public void close() {
        offsets.close();
    }
}
