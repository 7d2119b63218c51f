package io.firn.broker.log;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** {@code madvise(2)} and {@code getpagesize(2)}. Where the C library lacks them, every call answers "not done". */
final class Madvise {

    static final int RANDOM = 1;
    static final int SEQUENTIAL = 2;
    static final int WILL_NEED = 3;
    /** Linux 5.14: faults pages in for writing, and reports EFAULT where touching them would raise SIGBUS. */
    static final int POPULATE_WRITE = 23;

    /** The result of {@link #call} when it worked. */
    static final int OK = 0;

    private static final int UNSUPPORTED = -1;
    private static final int USUAL_PAGE_BYTES = 4096;
    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final @Nullable MethodHandle MADVISE = find(
            "madvise",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT),
            Linker.Option.captureCallState("errno"));

    /** Bytes of a page. */
    static final int PAGE_BYTES = pageBytes();

    private Madvise() {}

    /**
     * Advises a range, widened to whole pages.
     *
     * @param mapping a mapping from its start, hence page-aligned
     * @return {@link #OK}, or the errno, or a negative number when there is no such call here
     */
    static int call(MemorySegment mapping, long from, long length, int advice) {
        MethodHandle madvise = MADVISE;
        if (madvise == null) {
            return UNSUPPORTED;
        }
        long start = from - from % PAGE_BYTES;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURED);
            MemorySegment range = mapping.asSlice(start, from + length - start);
            int result = (int) madvise.invokeExact(state, range, range.byteSize(), advice);
            return result == 0 ? OK : (int) ERRNO.get(state, 0L);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("madvise", e);
        }
    }

    private static int pageBytes() {
        MethodHandle call = find("getpagesize", FunctionDescriptor.of(ValueLayout.JAVA_INT));
        if (call == null) {
            return USUAL_PAGE_BYTES;
        }
        try {
            return (int) call.invokeExact();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("getpagesize", e);
        }
    }

    @SuppressWarnings("restricted")
    private static @Nullable MethodHandle find(String name, FunctionDescriptor type, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find(name)
                .map(symbol -> linker.downcallHandle(symbol, type, options))
                .orElse(null);
    }
}
