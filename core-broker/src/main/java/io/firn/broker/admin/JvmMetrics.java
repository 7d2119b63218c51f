package io.firn.broker.admin;

import io.firn.broker.runtime.Metrics;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToLongFunction;

/** What the process takes of the machine. Everything is read when the page is rendered, nothing in between. */
final class JvmMetrics {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final String RSS = "VmRSS:";
    private static final int KIB = 1024;

    private JvmMetrics() {}

    static void addTo(Metrics metrics) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        metrics.gauge(
                "firn_jvm_heap_used_bytes",
                "Heap in use, garbage included.",
                () -> memory.getHeapMemoryUsage().getUsed());
        metrics.gauge(
                "firn_jvm_heap_committed_bytes",
                "Heap taken from the system.",
                () -> memory.getHeapMemoryUsage().getCommitted());
        metrics.gauge(
                "firn_jvm_heap_max_bytes",
                "Heap that may be taken.",
                () -> memory.getHeapMemoryUsage().getMax());
        metrics.gauge(
                "firn_jvm_nonheap_used_bytes",
                "Classes and compiled code.",
                () -> memory.getNonHeapMemoryUsage().getUsed());
        metrics.gauge("firn_jvm_direct_bytes", "Buffers outside the heap, mapped files not included.", () -> direct());
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        metrics.gauge("firn_jvm_threads", "Platform threads that live.", threads::getThreadCount);
        metrics.counter(
                "firn_jvm_gc_collections_total",
                "Garbage collections.",
                () -> collected(GarbageCollectorMXBean::getCollectionCount));
        metrics.counter(
                "firn_jvm_gc_millis_total",
                "Time spent in garbage collections, in milliseconds.",
                () -> collected(GarbageCollectorMXBean::getCollectionTime));
        metrics.counter(
                "firn_process_cpu_millis_total",
                "Processor time of the process, in milliseconds.",
                () -> ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .map(d -> d.toMillis())
                        .orElse(0L));
        if (Files.isReadable(STATUS)) {
            metrics.gauge("firn_process_resident_bytes", "Memory of the process in RAM.", JvmMetrics::resident);
            metrics.gauge("firn_process_open_descriptors", "Open files and sockets.", JvmMetrics::descriptors);
        }
    }

    private static long direct() {
        long sum = 0;
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            if (pool.getName().equals("direct")) {
                sum += pool.getMemoryUsed();
            }
        }
        return sum;
    }

    private static long collected(ToLongFunction<GarbageCollectorMXBean> what) {
        long sum = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            sum += Math.max(0, what.applyAsLong(collector));
        }
        return sum;
    }

    /** Not a number when the system does not tell. */
    private static double resident() {
        try {
            List<String> lines = Files.readAllLines(STATUS, StandardCharsets.UTF_8);
            for (String line : lines) {
                if (line.startsWith(RSS)) {
                    return Double.parseDouble(line.substring(RSS.length())
                                    .replace("kB", "")
                                    .trim())
                            * KIB;
                }
            }
            return Double.NaN;
        } catch (IOException | NumberFormatException e) {
            return Double.NaN;
        }
    }

    private static double descriptors() {
        String[] names = DESCRIPTORS.toFile().list();
        return names == null ? Double.NaN : names.length;
    }
}
