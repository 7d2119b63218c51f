package io.firn.broker;

import io.firn.broker.consume.ClientHandler;
import io.firn.broker.consume.LockHandler;
import io.firn.broker.consume.OffsetHandler;
import io.firn.broker.consume.PullHandler;
import io.firn.broker.consume.RebalanceNotices;
import io.firn.broker.filter.Filters;
import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.log.Checkpoint;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogConfig.FlushMode;
import io.firn.broker.log.LogRuntime;
import io.firn.broker.log.StoreDirectory;
import io.firn.broker.nameserver.NameServer;
import io.firn.broker.nameserver.Registrar;
import io.firn.broker.produce.SendHandler;
import io.firn.broker.query.QueryHandler;
import io.firn.broker.queue.ConsumeQueues;
import io.firn.broker.queue.DispatchTargets;
import io.firn.broker.queue.Dispatcher;
import io.firn.broker.queue.KeyIndex;
import io.firn.broker.queue.LongPolls;
import io.firn.broker.queue.QueueLog;
import io.firn.broker.record.HostAddress;
import io.firn.broker.retention.DiskSpace;
import io.firn.broker.retention.Retention;
import io.firn.broker.runtime.AgentThread;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.ReadablePosition;
import io.firn.broker.runtime.TaskAgent;
import io.firn.broker.runtime.WorkerPool;
import io.firn.broker.server.BoundPorts;
import io.firn.broker.server.Connection;
import io.firn.broker.server.ConnectionListener;
import io.firn.broker.server.IoThreads;
import io.firn.broker.server.RemotingClient;
import io.firn.broker.server.RemotingServer;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.server.ServerConfig;
import io.firn.broker.topic.ConfigHome;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.RequestCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole broker: opens the rooms from the ground floor up, joins them, and closes them in reverse. The only class
 * that knows every room, and known by none. {@link #open} returns when clients are served.
 */
public final class Broker implements AutoCloseable {
}
