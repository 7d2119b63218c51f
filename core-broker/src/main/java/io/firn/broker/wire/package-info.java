/**
 * Floor 1: RocketMQ's remoting protocol as bytes. Frames are cut and headers indexed here, for both header encodings
 * (JSON and ROCKETMQ); replies' heads are written here. Decoding runs on the io thread that owns the connection and
 * allocates nothing per frame; bodies in {@link io.firn.broker.wire.body} are read and written by whoever asks, off the
 * hot path. Uses {@code runtime}, Netty's {@code ByteBuf} and, for bodies only, Jackson. Knows nothing of topics.
 */
@NullMarked
package io.firn.broker.wire;

import org.jspecify.annotations.NullMarked;
