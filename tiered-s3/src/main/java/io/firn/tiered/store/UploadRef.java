package io.firn.tiered.store;

/** An upload in parts that was begun: its key and the store's id of it. */
public record UploadRef(String key, String uploadId) {}
