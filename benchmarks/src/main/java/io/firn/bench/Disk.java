package io.firn.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The disk under the stores: its own rates, and what keeps one measurement's writes out of the next. */
final class Disk {
    private static final int CHUNK = 8 << 20;

    private Disk() {}

    /** MiB/s of writing {@code bytes} from front to back and forcing them. */
    static double writeRate(Path directory, long bytes) {
        Path file = directory.resolve("disk-probe");
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        long beginNs = System.nanoTime();
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long written = 0; written < bytes; ) {
                chunk.clear();
                written += out.write(chunk);
            }
            out.force(true);
            return rate(bytes, beginNs);
        } catch (IOException e) {
            throw new BenchException("cannot write " + file, e);
        }
    }

    /** MiB/s of reading what {@link #writeRate} left, front to back, out of the disk; removes it. */
    static double readRate(Path directory) {
        Path file = directory.resolve("disk-probe");
        forget(List.of(file));
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        long bytes = 0;
        long beginNs = System.nanoTime();
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                bytes += n;
                chunk.clear();
            }
            return rate(bytes, beginNs);
        } catch (IOException e) {
            throw new BenchException("cannot read " + file, e);
        }
    }

    /** Writes out what is dirty on the file system of {@code directory}. */
    static void sync(Path directory) {
        run(List.of("sync", "-f", directory.toString()));
    }

    /** Drops a store's log from the page cache; to be called while no process has it mapped. */
    static void forgetLog(Path store) {
        try (Stream<Path> segments = Files.list(store.resolve("commitlog"))) {
            forget(segments.filter(Files::isRegularFile).toList());
        } catch (IOException e) {
            throw new BenchException("cannot list the log in " + store, e);
        }
    }

    private static void forget(List<Path> files) {
        // reading nothing with iflag=nocache asks the kernel to drop the file's cached pages; needs no privilege
        for (Path file : files) {
            run(List.of("dd", "if=" + file, "iflag=nocache", "count=0", "status=none"));
        }
    }

    private static double rate(long bytes, long beginNs) {
        return bytes / (double) (1 << 20) / ((System.nanoTime() - beginNs) / 1e9);
    }

    private static void run(List<String> words) {
        try {
            int exit = new ProcessBuilder(words).inheritIO().start().waitFor();
            if (exit != 0) {
                throw new BenchException(String.join(" ", words) + " ended with " + exit);
            }
        } catch (IOException e) {
            throw new BenchException("cannot run " + words.getFirst() + " (coreutils are needed)", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
