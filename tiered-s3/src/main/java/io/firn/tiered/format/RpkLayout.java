package io.firn.tiered.format;

/**
 * The bytes of an {@code .rpk} object, version 1 (little endian; varints are LEB128, signed ones zigzag):
 *
 * <pre>
 *      0   64  header            see RpkHeader
 *     64    .  frames            messages of ONE queue with consecutive queue offsets, in their stored encoding, zstd or raw
 *      .    .  ROWS              one block per frame: sizes and tag hashes (restores the consume queue)
 *      .    .  MULTI             queues that a message also belongs to: (offset, frame, index)
 *      .    .  KEYS              blocks of sorted (key hash, frame)
 *      .    .  KEY_FENCES        first hash, length and CRC of each block of KEYS
 *      .    .  PERMUTATION       which queue each message of the slice belongs to, in the order of the log
 *      .    .  TAIL              bytes of the slice behind its last message (filler of a sealed segment)
 *      .    .  BLOCK_CRCS        CRC-32C of each MiB of the slice
 *      .    .  META              text: name=value per line
 *      .    .  TOPICS            topic names
 *      .    .  QUEUES            directory of queues, by topic, queue id, kind
 *      .    .  FRAMES            columns of the frames
 *   -272  272  footer            see RpkFooter
 * </pre>
 *
 * A section other than ROWS and KEYS is {@code u8 codec (0 raw, 1 zstd), varint raw length, bytes}. Parts follow one
 * another without a gap, and each byte is under one CRC-32C: header and footer have their own, a frame's and a row
 * block's is in FRAMES, a key block's in KEY_FENCES, a section's in the footer.
 */
final class RpkLayout {
    static final int VERSION = 1;
    static final int HEADER_BYTES = 64;
    static final int FOOTER_BYTES = 272;
    static final int BLOCK_BYTES = 1 << 20;
    /** The largest message a slice may hold, with room; no frame is larger unpacked. */
    static final int MAX_FRAME_BYTES = 64 << 20;
    /** The largest section unpacked: keys and permutation of a slice of 2 GiB stay below. */
    static final int MAX_SECTION_BYTES = 1 << 30;

    static final byte CODEC_RAW = 0;
    static final byte CODEC_ZSTD = 1;

    /** Sections in the order they lie in the object and in the footer's directory. */
    enum Section {
        ROWS,
        MULTI,
        KEYS,
        KEY_FENCES,
        PERMUTATION,
        TAIL,
        BLOCK_CRCS,
        META,
        TOPICS,
        QUEUES,
        FRAMES
    }

    private RpkLayout() {}
}
