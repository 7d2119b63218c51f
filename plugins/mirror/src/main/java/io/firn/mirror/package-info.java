/**
 * The plugin mirror: follows the log and sends the messages of chosen topics on to another RocketMQ cluster. All of it runs
 * on the dispatcher's thread, which it may block. {@link io.firn.mirror.RocketTarget}, {@link io.firn.mirror.Copies} and
 * {@link io.firn.mirror.ClientLogs} know the stock client, which is in the plugin's jar; nothing else does.
 */
@NullMarked
package io.firn.mirror;

import org.jspecify.annotations.NullMarked;
