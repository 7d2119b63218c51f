package io.firn.broker.runtime;

/**
 * One declared configuration key, as the reference page shows it.
 *
 * @param name key in {@code broker.conf} or after {@code -D}
 * @param type what is allowed, such as {@code integer 1..65535}
 * @param defaultValue the value when nothing is set
 * @param doc one sentence
 */
public record ConfigKey(String name, String type, String defaultValue, String doc) {}
