package io.firn.tiered.format;

/**
 * How an object is packed.
 *
 * @param frameBytes a frame is closed before it grows beyond this, unless one message is larger
 * @param zstdLevel 1 to 19, or 0 to pack nothing
 */
public record RpkOptions(int frameBytes, int zstdLevel) {
    /** 256 KiB frames at level 1. */
    public static final RpkOptions DEFAULT = new RpkOptions(256 << 10, 1);

    public RpkOptions {
        if (frameBytes < 1 << 10 || frameBytes > RpkLayout.MAX_FRAME_BYTES / 2 || zstdLevel < 0 || zstdLevel > 19) {
            throw new IllegalArgumentException("frames of " + frameBytes + " bytes at zstd level " + zstdLevel
                    + "; use 1 KiB to 32 MiB and level 0 to 19");
        }
    }
}
