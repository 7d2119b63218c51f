package io.firn.tiered.fault;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The objects and unfinished uploads of a bucket, in memory, strongly consistent; guarded by its own lock. */
public final class BucketState {
    /** A stored object with the headers that came with it ({@code x-amz-meta-*}, storage class, encryption). */
    record Stored(
            byte[] bytes,
            String etag,
            Instant modified,
            Map<String, String> headers,
            @Nullable String crc32c) {}

    /** A part of an upload. */
    record Part(byte[] bytes, String etag, @Nullable String crc32c) {}

    /** An upload that is neither completed nor aborted. */
    record Upload(String key, String id, Instant begun, Map<String, String> headers, SortedMap<Integer, Part> parts) {}

    private final SortedMap<String, Stored> objects = new TreeMap<>(
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)));
    private final Map<String, Upload> uploads = new TreeMap<>();
    private long versions;

    /** Keys in byte order. */
    public synchronized List<String> keys() {
        return List.copyOf(objects.keySet());
    }

    /** Bytes of an object; fails when it is not there. */
    public synchronized byte[] bytes(String key) {
        Stored stored = objects.get(key);
        if (stored == null) {
            throw new AssertionError("no object " + key + " in " + objects.keySet());
        }
        return stored.bytes.clone();
    }

    /** Flips one bit of a stored object behind the client's back; its checksums stay as they were. */
    public synchronized void rot(String key, int atByte) {
        objects.compute(key, (name, stored) -> {
            byte[] rotten = stored.bytes.clone();
            rotten[atByte] ^= 1;
            return new Stored(rotten, stored.etag, stored.modified, stored.headers, stored.crc32c);
        });
    }

    /** How many uploads are unfinished. */
    public synchronized int unfinishedUploads() {
        return uploads.size();
    }

    synchronized @Nullable Stored get(String key) {
        return objects.get(key);
    }

    /** Stores; false when it must be new and is not. */
    synchronized boolean put(String key, Stored stored, boolean mustBeNew) {
        if (mustBeNew && objects.containsKey(key)) {
            return false;
        }
        objects.put(key, stored);
        return true;
    }

    synchronized void remove(String key) {
        objects.remove(key);
    }

    synchronized SortedMap<String, Stored> all(String prefix) {
        SortedMap<String, Stored> found = new TreeMap<>(objects.comparator());
        objects.tailMap(prefix).entrySet().stream()
                .takeWhile(entry -> entry.getKey().startsWith(prefix))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    synchronized String begin(String key, Map<String, String> headers) {
        String id = "upload-" + ++versions;
        uploads.put(id, new Upload(key, id, Instant.now(), headers, new TreeMap<>()));
        return id;
    }

    synchronized @Nullable Upload upload(String id) {
        Upload upload = uploads.get(id);
        return upload == null
                ? null
                : new Upload(upload.key, id, upload.begun, upload.headers, new TreeMap<>(upload.parts));
    }

    synchronized boolean addPart(String id, int number, Part part) {
        Upload upload = uploads.get(id);
        if (upload == null) {
            return false;
        }
        upload.parts.put(number, part);
        return true;
    }

    synchronized boolean end(String id) {
        return uploads.remove(id) != null;
    }

    synchronized List<Upload> uploads(String prefix) {
        List<Upload> found = new ArrayList<>();
        for (Upload upload : uploads.values()) {
            if (upload.key.startsWith(prefix)) {
                found.add(upload);
            }
        }
        return found;
    }
}
