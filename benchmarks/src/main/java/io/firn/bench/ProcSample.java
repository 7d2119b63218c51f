package io.firn.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel has counted for a process.
 *
 * @param cpuSeconds user and system time of all its threads, in steps of the kernel's tick (10 ms)
 * @param kernelSeconds the part of it spent in system calls and page faults
 * @param threads threads alive now
 * @param rssMiB resident memory, mapped file pages included
 * @param anonMiB resident memory that no file backs: heap, stacks, code, direct buffers
 * @param atNs {@link System#nanoTime()} when it was read
 */
record ProcSample(double cpuSeconds, double kernelSeconds, int threads, double rssMiB, double anonMiB, long atNs) {
    /** USER_HZ: fixed at 100 in the kernel's interface on every architecture a JDK 25 runs on. */
    private static final double TICKS_PER_SECOND = 100;

    static ProcSample of(long pid) {
        try {
            Path proc = Path.of("/proc", Long.toString(pid));
            String stat = Files.readString(proc.resolve("stat"));
            String status = Files.readString(proc.resolve("status"));
            return parse(stat, status);
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " is gone", e);
        }
    }

    static ProcSample parse(String stat, String status) {
        // the command's name stands in parentheses and may hold spaces: count fields from the last one
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        double ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return new ProcSample(
                ticks / TICKS_PER_SECOND,
                Long.parseLong(fields[12]) / TICKS_PER_SECOND,
                Integer.parseInt(fields[17]),
                kibibytes(status, "VmRSS:") / 1024.0,
                kibibytes(status, "RssAnon:") / 1024.0,
                System.nanoTime());
    }

    private static long kibibytes(String status, String key) {
        return status.lines()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(
                        line.substring(key.length()).replace("kB", "").trim()))
                .findFirst()
                .orElse(0);
    }
}
