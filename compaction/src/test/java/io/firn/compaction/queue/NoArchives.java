package io.firn.compaction.queue;

import io.firn.compaction.archive.ArchiveSettings;
import io.firn.compaction.archive.ArchiveTools;
import io.firn.compaction.archive.Archives;
import io.firn.spi.contract.Deadline;
import io.firn.spi.fake.FakeObjectSpace;
import java.time.Duration;
import java.time.InstantSource;

/** Archives that are switched off. */
final class NoArchives {

    private NoArchives() {}

    static Archives of(InstantSource clock) {
        return new Archives(
                new FakeObjectSpace("compaction"),
                new ArchiveTools(
                        new ArchiveSettings(ArchiveSettings.Mode.OFF, Duration.ZERO, Duration.ZERO),
                        clock,
                        time -> Deadline.after(time, System::nanoTime),
                        bytes -> {},
                        new ArchiveTools.Counts(bytes -> {}, bytes -> {}, () -> {})));
    }
}
