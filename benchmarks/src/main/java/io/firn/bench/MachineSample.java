package io.firn.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * CPU time the whole machine has used since boot, in seconds: what exceeds peer and generator in a measurement is the
 * noise of others (and the kernel's write-back).
 *
 * @param busySeconds time of all cores in anything but idling, time stolen by a hypervisor included
 */
record MachineSample(double busySeconds) {
    private static final double TICKS_PER_SECOND = 100;
    private static final int IDLE = 3;
    private static final int IO_WAIT = 4;
    private static final int STEAL = 7;

    static MachineSample now() {
        try {
            return parse(Files.readString(Path.of("/proc/stat")));
        } catch (IOException e) {
            throw new UncheckedIOException("no /proc/stat: the benchmarks need Linux", e);
        }
    }

    static MachineSample parse(String stat) {
        String[] fields = stat.lines().findFirst().orElse("").trim().split("\\s+", -1);
        double busy = 0;
        // user nice system idle iowait irq softirq steal; guest time is part of user
        for (int i = 0; i <= STEAL; i++) {
            if (i != IDLE && i != IO_WAIT) {
                busy += Long.parseLong(fields[i + 1]);
            }
        }
        return new MachineSample(busy / TICKS_PER_SECOND);
    }
}
