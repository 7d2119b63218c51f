package io.firn.broker.topic;

import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;
import java.nio.file.Path;

/**
 * Where the tables of names live and on whose threads.
 *
 * @param directory the store's {@code config} directory
 * @param control {@code firn-control}: owns clients, completes futures
 * @param housekeeper {@code firn-housekeeper}: applies changes and writes files
 */
public record ConfigHome(Path directory, TaskAgent control, TaskAgent housekeeper, Clock clock, Metrics metrics) {}
