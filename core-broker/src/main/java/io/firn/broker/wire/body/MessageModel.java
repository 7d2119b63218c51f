package io.firn.broker.wire.body;

/** Who of a group gets a message. */
public enum MessageModel {
    CLUSTERING,
    BROADCASTING,
    LITE_SELECTIVE
}
