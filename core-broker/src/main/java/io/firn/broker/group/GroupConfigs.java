package io.firn.broker.group;

import io.firn.broker.runtime.AtomicFile;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.topic.ConfigHome;
import io.firn.broker.topic.DurableTable;
import io.firn.broker.topic.TableChange;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.DataVersion;
import io.firn.broker.wire.body.SubscriptionGroupBody;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The settings of all groups, kept in {@code subscriptionGroup.json}. Look-ups are for any thread and allocate nothing.
 * A change is on disk before it is visible; its future completes on {@code firn-control} and fails with
 * {@link RequestException} (bad wish) or {@link StorageException} (not written). When too much waits, a change throws
 * {@link BusyException}.
 */
public final class GroupConfigs {

    /** Replaced by {@link #adopt}. */
    private volatile GroupsConfig config;

    private final DurableTable<GroupConfig> table;

    private GroupConfigs(GroupsConfig config, DurableTable<GroupConfig> table) {
        this.config = config;
        this.table = table;
    }

    static GroupConfigs open(GroupsConfig config, ConfigHome home) {
        GroupsFile file = GroupsFile.read(home.directory());
        Map<String, GroupConfig> groups = new HashMap<>(file.loaded());
        DataVersion version = file.version();
        int before = groups.size();
        GroupName.BUILT_IN.forEach(name -> groups.putIfAbsent(name, GroupConfig.defaults(name)));
        if (groups.size() > before) {
            version = new DataVersion(version.stateVersion(), home.clock().millis(), version.counter() + 1);
            AtomicFile.write(file.path(), file.encode(new TreeMap<>(groups), version));
        }
        return new GroupConfigs(config, new DurableTable<>(file, home, groups, version));
    }

    /** Goes by these settings from now on. Any thread. */
    void adopt(GroupsConfig changed) {
        config = changed;
    }

    /** The group's settings, null when it does not exist. */
    public @Nullable GroupConfig find(String group) {
        return table.find(group);
    }

    /** All groups by name: a live view. */
    public Map<String, GroupConfig> all() {
        return table.all();
    }

    /** Rises with each change. */
    public DataVersion version() {
        return table.version();
    }

    /**
     * The group's settings, made from defaults when there are none and groups may be created on first use. Fails with
     * SUBSCRIPTION_GROUP_NOT_EXIST when they may not.
     */
    public CompletableFuture<GroupConfig> ensure(String group) {
        GroupConfig existing = table.find(group);
        if (existing != null) {
            return CompletableFuture.completedFuture(existing);
        }
        if (!config.autoCreate() && !GroupName.isSystem(group)) {
            return CompletableFuture.failedFuture(notExisting(group));
        }
        return table.change(
                group,
                current -> {
                    GroupName.validate(group);
                    return current == null ? GroupConfig.defaults(group) : current;
                },
                GroupConfigs::present);
    }

    /** Creates or replaces a group's settings; what it is forbidden stays. */
    public CompletableFuture<GroupConfig> put(SubscriptionGroupBody body) {
        return table.change(
                body.groupName(),
                current -> {
                    GroupName.validate(body.groupName());
                    return current == null ? new GroupConfig(body, Map.of()) : current.withBody(body);
                },
                GroupConfigs::present);
    }

    /** Allows or forbids the group to read a topic. Fails with SUBSCRIPTION_GROUP_NOT_EXIST. */
    public CompletableFuture<GroupConfig> setReading(String group, String topic, GroupConfig.Reading reading) {
        return change(group, current -> current.withReading(topic, reading));
    }

    /** Switches the group on or off. Fails with SUBSCRIPTION_GROUP_NOT_EXIST. */
    public CompletableFuture<GroupConfig> setConsuming(String group, GroupConfig.Consuming consuming) {
        return change(group, current -> current.withConsuming(consuming));
    }

    private CompletableFuture<GroupConfig> change(String group, UnaryOperator<GroupConfig> change) {
        return table.change(
                group,
                current -> {
                    if (current == null) {
                        throw notExisting(group);
                    }
                    return change.apply(current);
                },
                GroupConfigs::present);
    }

    /** Removes a group's settings and gives what they were, null when there were none. */
    public CompletableFuture<@Nullable GroupConfig> delete(String group) {
        return table.<@Nullable GroupConfig>change(group, current -> null, TableChange::before);
    }

    /** Completes when every change asked for so far is on disk. */
    CompletableFuture<?> settled() {
        return table.settled();
    }

    private static GroupConfig present(TableChange<GroupConfig> change) {
        GroupConfig after = change.after();
        if (after == null) {
            throw new IllegalStateException("group " + change.name() + " is absent after it was put");
        }
        return after;
    }

    private static RequestException notExisting(String group) {
        return new RequestException(
                ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
                "subscription group [" + group + "] does not exist: create it, or set autoCreateSubscriptionGroup");
    }
}
