package io.firn.broker;

import io.firn.broker.log.Checkpoint;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogConfig.FlushMode;
import io.firn.broker.log.LogRuntime;
import io.firn.broker.log.StoreDirectory;
import io.firn.broker.queue.ConsumeQueues;
import io.firn.broker.queue.DispatchTargets;
import io.firn.broker.queue.Dispatcher;
import io.firn.broker.queue.KeyIndex;
import io.firn.broker.queue.LongPolls;
import io.firn.broker.queue.QueueForcer;
import io.firn.broker.queue.QueueLog;
import io.firn.broker.runtime.AgentThread;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.ReadablePosition;
import io.firn.broker.runtime.TaskAgent;
import java.time.Duration;

/**
 * The rooms that keep messages, joined: the log, what the dispatcher makes of it, and the reader over both.
 *
 * @param log bytes in position order
 * @param queues positions in queue order
 * @param index positions by key
 * @param polls pulls that wait for a message
 * @param queueLog one queue read as one line
 * @param dispatched log position up to which messages are visible
 */
record StoreRooms(
        CommitLog log,
        ConsumeQueues queues,
        KeyIndex index,
        LongPolls polls,
        QueueLog queueLog,
        ReadablePosition dispatched) {

    private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);

    /**
     * Takes the store's directory, recovers the log and lets queues and index catch up with it.
     *
     * @param closer closes what was opened, also when this fails
     * @throws io.firn.broker.runtime.StorageException naming the file and what to do
     */
    static StoreRooms open(BrokerConfigs configs, LogRuntime runtime, Closer closer) {
        StoreDirectory directory =
                closer.add(StoreDirectory.open(configs.broker().storeRoot()));
        Checkpoint checkpoint = closer.add(Checkpoint.open(directory.root()));
        CommitLog log = closer.add(CommitLog.open(configs.log(), directory, checkpoint, runtime));
        configs.readOnly().check(log);
        ConsumeQueues queues =
                closer.add(ConsumeQueues.open(configs.queue(), directory.root(), log, runtime.metrics()));
        KeyIndex index = closer.add(
                KeyIndex.open(configs.queue(), directory.root(), queues, runtime.clock(), runtime.metrics()));
        QueueForcer forcer = closer.add(new QueueForcer(queues, index, checkpoint, configs.queue(), runtime.clock()));
        QueueLog queueLog = new QueueLog(queues, log);
        LongPolls polls = LongPolls.over(queueLog, configs.queue(), runtime.clock(), runtime.metrics());
        ReadablePosition dispatched =
                startDispatcher(configs, log, new DispatchTargets(queues, index, polls), runtime, closer);

        TaskAgent housekeeper = runtime.housekeeper();
        closer.add(housekeeper.every(HOUSEKEEPING, forcer::forceWhenDue));
        closer.add(housekeeper.every(configs.queue().idleInterval(), queues::closeIdle));
        closer.add(housekeeper.every(configs.queue().idleInterval(), index::closeIdle));
        return new StoreRooms(log, queues, index, polls, queueLog, dispatched);
    }

    /** Messages become visible once they are as safe as their producers were promised. */
    private static ReadablePosition startDispatcher(
            BrokerConfigs configs, CommitLog log, DispatchTargets targets, LogRuntime runtime, Closer closer) {
        boolean sync = configs.log().flushMode() == FlushMode.SYNC_FLUSH;
        ReadablePosition limit = sync ? log.flushed() : log.appended();
        Dispatcher dispatcher = Dispatcher.open(log, limit, targets, configs.queue(), runtime.metrics());
        AgentThread thread = closer.add(dispatcher.start(runtime.faults()));
        closer.add(runtime.clock().onMove(thread::wake)::run);
        if (sync) {
            log.onFlush(thread::wake);
        } else {
            log.onAppend(thread::wake);
        }
        closer.add(runtime.housekeeper().every(HOUSEKEEPING, dispatcher.repairs()::repairSome));
        return dispatcher.dispatched();
    }
}
