package io.firn.tiered.format;

import java.util.Arrays;

/**
 * Consume-queue rows of one frame: sizes and tag hashes. Block: varint number of tags, fixed tag hashes, then per
 * message varint size, varint tag index. Owned by the writer's thread, reused for every frame.
 */
final class FrameRows {
    private final VarintWriter body = new VarintWriter();
    private final VarintWriter out = new VarintWriter();
    private int[] tags = new int[16];
    private int tagCount;

    void clear() {
        body.clear();
        tagCount = 0;
    }

    void add(int size, int tagHash) {
        body.unsigned(size);
        body.unsigned(tagIndex(tagHash));
    }

    private int tagIndex(int tagHash) {
        for (int i = tagCount - 1; i >= Math.max(0, tagCount - 64); i--) {
            if (tags[i] == tagHash) {
                return i;
            }
        }
        if (tagCount == tags.length) {
            tags = Arrays.copyOf(tags, tagCount * 2);
        }
        tags[tagCount] = tagHash;
        return tagCount++;
    }

    byte[] encode() {
        out.clear();
        out.unsigned(tagCount);
        for (int i = 0; i < tagCount; i++) {
            out.fixedInt(tags[i]);
        }
        out.raw(body.toBytes());
        return out.toBytes();
    }

    /** The rows of a frame. {@code sizes} and {@code tagHashes} by index in the frame. */
    record Rows(int[] sizes, int[] tagHashes) {}

    /** The tags of a frame, each at least once. */
    static int[] tags(VarintReader in, int messages) {
        int[] tags = new int[in.unsigned(messages)];
        for (int i = 0; i < tags.length; i++) {
            tags[i] = in.fixedInt();
        }
        return tags;
    }

    static Rows decode(VarintReader in, int messages, int rawBytes) {
        int[] tags = tags(in, messages);
        Rows rows = new Rows(new int[messages], new int[messages]);
        int sum = 0;
        for (int i = 0; i < messages; i++) {
            rows.sizes[i] = in.unsigned(rawBytes - sum);
            rows.tagHashes[i] = tags[in.unsigned(tags.length - 1)];
            sum += rows.sizes[i];
        }
        in.end();
        if (sum != rawBytes) {
            throw in.broken("rows of " + sum + " bytes, the frame has " + rawBytes);
        }
        return rows;
    }
}
