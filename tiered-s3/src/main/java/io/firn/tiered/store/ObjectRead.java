package io.firn.tiered.store;

/**
 * A read that brought all its bytes.
 *
 * @param offset where in the object the first byte read lies
 * @param readBytes how many were read
 * @param objectBytes length of the whole object
 * @param etag tag of the version read
 */
public record ObjectRead(long offset, int readBytes, long objectBytes, String etag) {}
