/**
 * The JSON bodies of requests and replies as records; component names are the JSON field names. Floor 1, pure values,
 * any thread. Absent or null lists and maps read as empty ones, absent numbers as 0, unknown fields are ignored; what may
 * really be absent is {@code @Nullable}. Read and written by {@link io.firn.broker.wire.Json}.
 */
@NullMarked
package io.firn.broker.wire.body;

import org.jspecify.annotations.NullMarked;
