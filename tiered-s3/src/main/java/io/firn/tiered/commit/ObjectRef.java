package io.firn.tiered.commit;

import java.util.UUID;

/**
 * An archived object as the log names it.
 *
 * @param key full key in the bucket
 * @param uuid fresh for every upload; added once, ever
 * @param crc32c of the whole object
 * @param maxMs largest store time in it, ms
 */
public record ObjectRef(String key, UUID uuid, long lengthBytes, int crc32c, long maxMs, String retentionClass) {}
