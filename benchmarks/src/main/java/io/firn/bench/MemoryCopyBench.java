package io.firn.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The limit beside the append path: copying one record into resident memory that is walked front to back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MemoryCopyBench {
    private static final long SEGMENT_BYTES = 64L << 20;

    /** Record size: 128 B and 1 KiB bodies as they are stored. */
    @Param({"350", "1246"})
    private int recordBytes;

    private MemorySegment from = MemorySegment.NULL;
    private MemorySegment to = MemorySegment.NULL;
    private long position;

    @Setup(Level.Trial)
    public void allocate() {
        // collected with the trial's fork
        Arena arena = Arena.ofAuto();
        from = arena.allocate(recordBytes, 8);
        to = arena.allocate(SEGMENT_BYTES, 4096).fill((byte) 1);
    }

    @Benchmark
    public long copy() {
        if (position + recordBytes > SEGMENT_BYTES) {
            position = 0;
        }
        MemorySegment.copy(from, 0, to, position, recordBytes);
        position += recordBytes;
        return position;
    }
}
