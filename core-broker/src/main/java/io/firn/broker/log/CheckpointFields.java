package io.firn.broker.log;

/**
 * What the checkpoint file says. Times are store timestamps in ms, positions bytes in the log; 0 means never.
 *
 * @param physicMsgTimestamp a record with this time, and all before it, were forced
 * @param logicsMsgTimestamp the same for queue files
 * @param indexMsgTimestamp the same for the key index
 * @param masterFlushedPosition what the master said it forced, on a replica
 * @param flushedPosition everything below was forced
 * @param dispatchedPosition everything below is in queue files and index, and those were forced
 */
public record CheckpointFields(
        long physicMsgTimestamp,
        long logicsMsgTimestamp,
        long indexMsgTimestamp,
        long masterFlushedPosition,
        long flushedPosition,
        long dispatchedPosition) {}
