package io.firn.broker.log;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads pieces of segment files past the page cache (O_DIRECT); through it where the file system does not do that, which
 * is found out by the first read and logged once. A file is open only while it is read. Any thread.
 */
final class ColdFiles {

    private static final Logger LOG = LoggerFactory.getLogger(ColdFiles.class);
    private static final OpenOption[] ORDINARY = {StandardOpenOption.READ};
    private static final OpenOption[] DIRECT = direct();

    private final SegmentFiles files;
    private final Path directory;
    private volatile Way way = Way.NOT_TRIED;
    /** What position, length and address of a direct read are multiples of; 0 until the first read. */
    private volatile int blockBytes;

    private enum Way {
        NOT_TRIED,
        DIRECT,
        THROUGH_PAGE_CACHE
    }

    ColdFiles(SegmentFiles files, Path directory) {
        this.files = files;
        this.directory = directory;
    }

    /**
     * Reads {@code length} bytes to the start of {@code into}.
     *
     * @param from in the file; a multiple of {@link ColdChunk#CELL_BYTES}
     * @param into memory of a {@link ColdChunk.Room}, all of it: its rest may be overwritten
     * @throws FileSystemException when the file can not be opened
     * @throws IOException when it can not be read, or ends early
     */
    void read(Path path, long from, int length, ByteBuffer into) throws IOException {
        switch (way) {
            case NOT_TRIED -> tryDirect(path, from, length, into);
            case DIRECT -> read(path, from, length, into, DIRECT);
            case THROUGH_PAGE_CACHE -> read(path, from, length, into, ORDINARY);
        }
    }

    /** Only when the other way works it is the file system that refuses this one, and not the disk that fails. */
    private void tryDirect(Path path, long from, int length, ByteBuffer into) throws IOException {
        String refusal;
        try {
            blockBytes = blockBytes();
            read(path, from, length, into, DIRECT);
            way = Way.DIRECT;
            return;
        } catch (IOException | UnsupportedOperationException e) {
            refusal = String.valueOf(e.getMessage());
        }
        read(path, from, length, into, ORDINARY);
        if (way == Way.NOT_TRIED) {
            way = Way.THROUGH_PAGE_CACHE;
            LOG.info("history in {} is read through the page cache, for direct reads fail: {}", directory, refusal);
        }
    }

    /** The JDK has the option in a package of its own, which the compiler warns of. */
    private static OpenOption[] direct() {
        try {
            Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
            return new OpenOption[] {
                StandardOpenOption.READ, (OpenOption) options.getField("DIRECT").get(null)
            };
        } catch (ReflectiveOperationException e) {
            LOG.info("history is read through the page cache: this JDK has no direct reads ({})", e.toString());
            return ORDINARY;
        }
    }

    private int blockBytes() throws IOException {
        long bytes = Files.getFileStore(directory).getBlockSize();
        if (bytes <= 0 || ColdChunk.OVERLAP_BYTES % bytes != 0) {
            throw new IOException("blocks of " + bytes + " bytes");
        }
        return (int) bytes;
    }

    private void read(Path path, long from, int length, ByteBuffer into, OpenOption[] how) throws IOException {
        int block = how.length > ORDINARY.length ? blockBytes : 1;
        into.clear().limit((length + block - 1) / block * block);
        files.read(path, from, into, how);
        if (into.position() < length) {
            throw new EOFException("it ends " + (length - into.position()) + " bytes early");
        }
    }
}
