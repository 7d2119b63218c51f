package io.firn.tiered.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.fake.ManualClock;
import io.firn.spi.read.BrokerReader;
import io.firn.spi.read.LogPositions;
import io.firn.spi.read.SegmentRef;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CutterTest {
    private static final long SEGMENT = 1000;

    private final ManualClock clock = new ManualClock();
    private List<SegmentRef> segments = List.of();
    private LogPositions positions = new LogPositions(0, 0, 0, 0, 0);
    private final Cutter cutter = new Cutter(reader(), clock, Duration.ofMinutes(1));

    /** A log of these segments; all else is not asked for. */
    private BrokerReader reader() {
        return (BrokerReader) Proxy.newProxyInstance(
                BrokerReader.class.getClassLoader(),
                new Class<?>[] {BrokerReader.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "segments" -> segments;
                    case "positions" -> positions;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private static SegmentRef sealed(long from) {
        return new SegmentRef(Path.of("s" + from), from, from + SEGMENT, SegmentRef.State.SEALED, 0);
    }

    private static SegmentRef active(long from, long to) {
        return new SegmentRef(Path.of("s" + from), from, to, SegmentRef.State.ACTIVE, 0);
    }

    private void log(long min, long confirmed, long appended, SegmentRef... all) {
        positions = new LogPositions(min, appended, confirmed, confirmed, appended);
        segments = List.of(all);
    }

    @Test
    void takesTheFirstSealedSegmentAtOnce() {
        log(0, 2100, 2100, sealed(0), sealed(1000), active(2000, 2100));
        assertThat(cutter.next(-1)).isEqualTo(new Cut(Cut.Kind.SLICE, 0, 1000));
        assertThat(cutter.next(1000)).isEqualTo(new Cut(Cut.Kind.SLICE, 1000, 2000));
        assertThat(cutter.next(1300)).isEqualTo(new Cut(Cut.Kind.SLICE, 1300, 2000));
        assertThat(cutter.next(2000)).isNull();
    }

    @Test
    void waitsForWhatIsNotConfirmed() {
        log(0, 900, 1100, sealed(0), active(1000, 1100));
        assertThat(cutter.next(-1)).isNull();
    }

    @Test
    void takesTheOpenSegmentUpToWhereItWasWhenItsMessagesBeganToWait() {
        log(0, 300, 300, active(0, 300));
        assertThat(cutter.next(-1)).isNull();
        clock.advance(Duration.ofSeconds(61));
        log(0, 400, 400, active(0, 400));
        assertThat(cutter.next(-1)).isEqualTo(new Cut(Cut.Kind.SLICE, 0, 300));
        assertThat(cutter.next(300)).isNull();
    }

    /** The list was taken when the segment was empty, and another one stood behind it already. */
    @Test
    void seesNoHoleInASegmentThatHasJustBegun() {
        log(0, 1000, 1000, sealed(0), active(1000, 1000), active(2000, 2000));
        assertThat(cutter.next(1000)).isNull();
        log(1000, 1000, 1000, active(1000, 1000), active(2000, 2000));
        assertThat(cutter.next(1000)).isNull();
    }

    @Test
    void seesAHoleWhereTheLogBeginsBehindTheArchive() {
        log(2000, 2100, 2100, active(2000, 2100));
        assertThat(cutter.next(1300)).isEqualTo(new Cut(Cut.Kind.HOLE, 1300, 2000));
    }

    @Test
    void seesALogThatEndsBeforeTheArchive() {
        log(0, 400, 400, active(0, 400));
        assertThat(cutter.next(500)).isEqualTo(new Cut(Cut.Kind.FOREIGN, 400, 500));
    }
}
