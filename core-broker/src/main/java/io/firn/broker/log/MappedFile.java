package io.firn.broker.log;

import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * A file of fixed length, mapped whole and shared. Counted: who reads across calls {@link #tryRetain}s it and
 * {@link #release}s it; the owner {@link #retire}s it, and only when the count is zero after that the mapping goes.
 * No file descriptor stays open. All methods may be called by any thread; the bytes themselves have the owners that
 * the file's user gives them.
 */
public final class MappedFile implements Hold {

    private static final VarHandle HOLDS;
    /**
     * Ranges from here on are written before they are mapped in: the kernel then takes memory for them in large pieces,
     * while a fault into a hole takes (and clears, and gives disk space) one page at a time.
     */
    private static final int BULK_BYTES = 256 * 1024;

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 20).asReadOnlyBuffer();

    static {
        try {
            HOLDS = MethodHandles.lookup().findVarHandle(MappedFile.class, "holds", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** How a file is opened. */
    public enum Access {
        /** It exists with exactly the given length. */
        READ_ONLY,
        /** It exists with exactly the given length. */
        READ_WRITE,
        /** Created when it is missing or empty, all zero, without taking disk space yet; else as {@link #READ_WRITE}. */
        CREATE
    }

    private final Path path;
    private final MemorySegment memory;
    private final Arena arena;
    private volatile Executor unmapper = Runnable::run;
    private volatile boolean retired;

    /** One for the owner until it retires the file, one for each reader. */
    private int holds = 1;

    private MappedFile(Path path, MemorySegment memory, Arena arena) {
        this.path = path;
        this.memory = memory;
        this.arena = arena;
    }

    /**
     * Maps a file.
     *
     * @param length bytes of the file
     * @throws StorageException when it is not there, has another length, or can not be created or mapped
     */
    @SuppressWarnings("MustBeClosedChecker") // closed when the last hold is released
    public static MappedFile open(Path path, long length, Access access) {
        Arena arena = Arena.ofShared();
        boolean mapped = false;
        try (FileChannel channel = channel(path, access)) {
            if (access == Access.CREATE && channel.size() == 0) {
                extend(channel, length);
            }
            if (channel.size() != length) {
                throw new StorageException(path + " has " + channel.size() + " bytes instead of " + length);
            }
            FileChannel.MapMode mode =
                    access == Access.READ_ONLY ? FileChannel.MapMode.READ_ONLY : FileChannel.MapMode.READ_WRITE;
            MappedFile file = new MappedFile(path, channel.map(mode, 0, length, arena), arena);
            mapped = true;
            return file;
        } catch (IOException e) {
            throw StorageErrors.of("map", path, e);
        } finally {
            if (!mapped) {
                arena.close();
            }
        }
    }

    private static FileChannel channel(Path path, Access access) throws IOException {
        return switch (access) {
            case READ_ONLY -> FileChannel.open(path, StandardOpenOption.READ);
            case READ_WRITE -> FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            case CREATE ->
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        };
    }

    /**
     * Drops all bytes from {@code keep} on and gives the file {@code length} bytes again, so that they read as zero,
     * on disk too when this returns. The file must not be mapped.
     */
    static void cut(Path path, long keep, long length) {
        try (FileChannel channel = channel(path, Access.READ_WRITE)) {
            channel.truncate(keep);
            extend(channel, length);
            channel.force(true);
        } catch (IOException e) {
            throw StorageErrors.of("cut", path, e);
        }
    }

    /** Grows the file by a hole; one zero byte at the end is the only portable way a channel has. */
    private static void extend(FileChannel channel, long length) throws IOException {
        if (channel.size() < length) {
            channel.write(ByteBuffer.allocate(1), length - 1);
        }
    }

    /** Deletes the file and makes that durable; not an error when it is gone already. */
    static void delete(Path path) {
        try {
            Files.delete(path);
            forceDirectory(path);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw StorageErrors.of("delete", path, e);
        }
    }

    /** Makes creation or deletion of {@code path} durable. */
    static void forceDirectory(Path path) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
            try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }

    public Path path() {
        return path;
    }

    public long length() {
        return memory.byteSize();
    }

    /** All bytes. Reading after the mapping is gone is an IllegalStateException; retain the file to be sure. */
    public MemorySegment memory() {
        return memory;
    }

    /** Keeps the mapping until {@link #release}; false when it is gone or going. Lock-free. */
    public boolean tryRetain() {
        int now = (int) HOLDS.getVolatile(this);
        while (now > 0) {
            int seen = (int) HOLDS.compareAndExchange(this, now, now + 1);
            if (seen == now) {
                return true;
            }
            now = seen;
        }
        return false;
    }

    /** Ends one {@link #tryRetain}. */
    @Override
    public void release() {
        int before = (int) HOLDS.getAndAdd(this, -1);
        assert before > 0 : path + " released more often than retained";
        if (before == 1) {
            unmapper.execute(arena::close);
        }
    }

    /** Gives up the owner's hold: unmapped now, or by the last reader. Idempotent; called by the owner only. */
    public void retire() {
        retire(Runnable::run);
    }

    /** Like {@link #retire()}, but the unmapping, which may take milliseconds, runs on {@code where}. */
    public void retire(Executor where) {
        if (!retired) {
            unmapper = where;
            retired = true;
            release();
        }
    }

    /** Whether the mapping is gone. */
    public boolean isUnmapped() {
        return !arena.scope().isAlive();
    }

    /**
     * Returns when the range is on disk. May block for long.
     *
     * @throws StorageException when the disk says no; what was written since the last force may then be lost, and a
     *     later force tells nothing about it unless {@link #redirty} came first
     */
    public void force(long from, long length) {
        try {
            memory.asSlice(from, length).force();
        } catch (UncheckedIOException e) {
            throw StorageErrors.of("force", path, Objects.requireNonNull(e.getCause()));
        }
    }

    /** Marks the range's pages changed again: after a failed force the kernel believes them clean. */
    void redirty(long from, long length) {
        long at = from;
        while (at < from + length) {
            memory.set(ValueLayout.JAVA_BYTE, at, memory.get(ValueLayout.JAVA_BYTE, at));
            at += Madvise.PAGE_BYTES - at % Madvise.PAGE_BYTES;
        }
    }

    /**
     * Gives a range disk space and memory, so that writing to it neither waits nor raises SIGBUS. The range must be
     * unused, its bytes zero. May block.
     *
     * @throws io.firn.broker.runtime.StorageFullException when the disk has no room for it
     */
    public void populate(long from, long length) {
        boolean bulk = length >= BULK_BYTES;
        if (bulk) {
            writeZeros(from, length);
        }
        if (Madvise.call(memory, from, length, Madvise.POPULATE_WRITE) != Madvise.OK && !bulk) {
            // an old kernel, another system, or no room: writing says which, as an exception and not as a signal
            writeZeros(from, length);
        }
    }

    void writeZeros(long from, long length) {
        try (FileChannel channel = channel(path, Access.READ_WRITE)) {
            ByteBuffer zeros = ZEROS.duplicate();
            long at = from;
            while (at < from + length) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), from + length - at));
                at += channel.write(zeros, at);
            }
        } catch (IOException e) {
            throw StorageErrors.of("extend", path, e);
        }
    }

    /** Whether all pages of a range are in memory. */
    boolean isInMemory(long from, long length) {
        return memory.asSlice(from, length).isLoaded();
    }

    /** Tells the kernel that reads will be random: no read-ahead. */
    public void adviseRandom() {
        advise(0, length(), Madvise.RANDOM);
    }

    /** Tells the kernel that reads will be sequential: more read-ahead. */
    public void adviseSequential() {
        advise(0, length(), Madvise.SEQUENTIAL);
    }

    /** Starts reading a range in; does not wait for it. */
    public void adviseWillNeed(long from, long length) {
        advise(from, length, Madvise.WILL_NEED);
    }

    /** Advice is only that: where it is not taken nothing is lost. */
    private void advise(long from, long length, int advice) {
        int ignored = Madvise.call(memory, from, length, advice);
        assert ignored != Integer.MIN_VALUE;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
