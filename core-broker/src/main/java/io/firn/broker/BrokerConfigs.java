package io.firn.broker;

import io.firn.broker.consume.PullConfig;
import io.firn.broker.consume.SlowGroupsConfig;
import io.firn.broker.delay.DelayConfig;
import io.firn.broker.filter.FilterConfig;
import io.firn.broker.group.GroupsConfig;
import io.firn.broker.log.LogConfig;
import io.firn.broker.nameserver.RegistrationConfig;
import io.firn.broker.plugin.PluginConfig;
import io.firn.broker.plugin.guard.GuardConfig;
import io.firn.broker.plugin.read.ReadConfig;
import io.firn.broker.pop.PopConfig;
import io.firn.broker.produce.ReplyConfig;
import io.firn.broker.produce.SendConfig;
import io.firn.broker.queue.QueueConfig;
import io.firn.broker.retention.RetentionConfig;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.server.ClientConfig;
import io.firn.broker.server.IoConfig;
import io.firn.broker.server.PatienceConfig;
import io.firn.broker.server.ServerConfig;
import io.firn.broker.timer.TimerConfig;
import io.firn.broker.topic.TopicsConfig;
import io.firn.broker.transaction.TransactionConfig;

/**
 * The configuration of every room, read before anything is opened: a bad value stops the start while there is nothing
 * to undo, and the configuration reference lists what is read here.
 */
record BrokerConfigs(
        BrokerConfig broker,
        IoConfig io,
        ServerConfig server,
        PatienceConfig patience,
        ClientConfig client,
        LogConfig log,
        QueueConfig queue,
        TopicsConfig topics,
        GroupsConfig groups,
        FilterConfig filters,
        SendConfig sends,
        ReplyConfig replies,
        DelayConfig delays,
        TimerConfig timers,
        TransactionConfig transactions,
        PullConfig pulls,
        SlowGroupsConfig slowGroups,
        PopConfig pops,
        ReadConfig reads,
        RegistrationConfig registration,
        RetentionConfig retention,
        GuardConfig guards,
        PluginConfig plugins,
        ConfigView view) {

    static BrokerConfigs from(ConfigView view) {
        BrokerConfig broker = BrokerConfig.from(view);
        QueueConfig queue = QueueConfig.from(view);
        SendConfig sends = SendConfig.from(view, broker.clusterName());
        return new BrokerConfigs(
                broker,
                IoConfig.from(view),
                ServerConfig.from(view),
                PatienceConfig.from(view),
                ClientConfig.from(view),
                LogConfig.from(view),
                queue,
                TopicsConfig.from(view, broker.brokerName(), broker.clusterName()),
                GroupsConfig.from(view),
                FilterConfig.from(view),
                sends,
                ReplyConfig.from(view),
                DelayConfig.from(view, queue.delayLevels()),
                TimerConfig.from(view, broker.brokerName()),
                TransactionConfig.from(view, broker.brokerName()).within(sends.maxBodySize()),
                PullConfig.from(view),
                SlowGroupsConfig.from(view),
                PopConfig.from(view),
                ReadConfig.from(view),
                RegistrationConfig.from(view),
                RetentionConfig.from(view),
                GuardConfig.from(view),
                PluginConfig.from(view, broker.storeRoot()),
                view);
    }
}
