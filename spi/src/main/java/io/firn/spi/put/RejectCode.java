package io.firn.spi.put;

/**
 * Why a message is refused, as its sender is told.
 *
 * @since 1.0
 */
public enum RejectCode {
    /** The message breaks a rule; sending it again does not help. RocketMQ MESSAGE_ILLEGAL (13). */
    MESSAGE_ILLEGAL,
    /** The sender may not. RocketMQ NO_PERMISSION (16). */
    NO_PERMISSION,
    /** Not now; clients try again, elsewhere. RocketMQ SYSTEM_BUSY (2). */
    SYSTEM_BUSY,
    /** The sender's budget is used up. RocketMQ SYSTEM_BUSY (2), counted apart. */
    QUOTA_EXCEEDED,
    /** The plugin can not tell; clients try again, elsewhere. RocketMQ SYSTEM_ERROR (1). */
    SYSTEM_ERROR
}
