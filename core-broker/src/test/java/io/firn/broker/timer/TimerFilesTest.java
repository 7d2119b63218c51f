package io.firn.broker.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.runtime.ConfigView;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three files, with what a kill or a power cut leaves of them. Files of the timer log hold 19 entries. */
final class TimerFilesTest {

    private static final long SLOT = 1_700_000_000_000L;
    private static final long NOW = SLOT - 5_000;
    private static final int ENTRIES = 19;
    private static final TimerConfig CONFIG =
            TimerConfig.from(new ConfigView(Map.of("mappedFileSizeTimerLog", "1024")), "b");

    @TempDir
    Path root;

    @Test
    void areWrittenAsRocketMqWritesThem() throws IOException {
        try (TimerFiles files = open()) {
            add(files, SLOT, 0x11, TimerUnit.PLAIN);
            add(files, SLOT, 0x22, TimerUnit.PLAIN | TimerUnit.RECALLS);
            files.check().write(new TimerCheck.Mark(SLOT, 104, 2), 0x77);
        }

        assertThat(hex(log(0), 0, 104))
                .isEqualTo("00000034" + "ffffffffffffffff" + "00000001" + "0000018bcfe554" + "78" + "00001388"
                        + "0000000000000011" + "0000000a" + "0000000b" + "0000000000000000"
                        + "00000034" + "0000000000000000" + "00000005" + "0000018bcfe554" + "78" + "00001388"
                        + "0000000000000022" + "0000000a" + "0000000b" + "0000000000000000");
        assertThat(Files.size(log(0))).isEqualTo(1_024);
        assertThat(Files.size(root.resolve(TimerFiles.WHEEL))).isEqualTo(38_707_200);
        assertThat(hex(root.resolve(TimerFiles.WHEEL), SLOT / 1_000 % 1_209_600 * 32, 32))
                .isEqualTo("000000006553f100" + "0000000000000000" + "0000000000000034" + "00000000" + "00000000");
        assertThat(Files.size(root.resolve(TimerFiles.CHECK))).isEqualTo(4_096);
        assertThat(hex(root.resolve(TimerFiles.CHECK), 0, 56))
                .isEqualTo("0000018bcfe56800" + "0000000000000068" + "0000000000000002" + "0000000000000002"
                        + "0000000000000000" + "0000000000000077" + "0000000000000001");
    }

    @Test
    void goOnInAnotherFileBehindABlank() throws IOException {
        try (TimerFiles files = open()) {
            fill(files, ENTRIES + 1);
        }

        assertThat(hex(log(0), ENTRIES * 52L, 16)).isEqualTo("00000024" + "0000000000000000" + "cbd43194");
        assertThat(hex(log(1_024), 0, 12)).isEqualTo("00000034" + "00000000000003a8");
        try (TimerFiles files = open()) {
            assertThat(files.log().end()).isEqualTo(1_024 + 52);
            assertThat(chain(files, SLOT)).hasSize(ENTRIES + 1);
        }
    }

    @Test
    void keepASlotThroughARestart() {
        try (TimerFiles files = open()) {
            add(files, SLOT, 0x11, TimerUnit.PLAIN);
            add(files, SLOT + 3_000, 0x22, TimerUnit.PLAIN);
            files.check().write(new TimerCheck.Mark(SLOT, files.log().end(), 2), NOW);
        }

        try (TimerFiles files = open()) {
            assertThat(files.wheel().waiting()).isEqualTo(2);
            assertThat(files.wheel().nextFrom(files.slotMs())).isEqualTo(SLOT);
            assertThat(files.wheel().nextFrom(SLOT + 1_000)).isEqualTo(SLOT + 3_000);
            assertThat(chain(files, SLOT)).containsExactly(0x11L);
            assertThat(files.isNoted(0x11)).isFalse();
        }
    }

    @Test
    void forgetSlotsThatWereDeliveredBeforeTheMark() {
        try (TimerFiles files = open()) {
            add(files, SLOT, 0x11, TimerUnit.PLAIN);
            add(files, SLOT + 1_000, 0x22, TimerUnit.PLAIN);
            files.check().write(new TimerCheck.Mark(SLOT + 1_000, files.log().end(), 2), NOW);
        }

        try (TimerFiles files = open()) {
            assertThat(files.wheel().last(SLOT)).isEqualTo(TimerUnit.NONE);
            assertThat(chain(files, SLOT + 1_000)).containsExactly(0x22L);
        }
    }

    @Test
    void knowEntriesThatAKillLeftBehindTheMark() throws IOException {
        try (TimerFiles files = open()) {
            add(files, SLOT, 0x11, TimerUnit.PLAIN);
            files.check().write(new TimerCheck.Mark(NOW, files.log().end(), 1), NOW);
            add(files, SLOT, 0x22, TimerUnit.PLAIN);
        }
        // the kill came between the entry and its slot
        zero(root.resolve(TimerFiles.WHEEL), SLOT / 1_000 % 1_209_600 * 32 + 16, 8);

        try (TimerFiles files = open()) {
            assertThat(chain(files, SLOT)).containsExactly(0x22L, 0x11L);
            assertThat(files.isNoted(0x11)).isFalse();
            assertThat(files.isNoted(0x22)).isTrue();
            assertThat(files.isNoted(0x22)).isFalse();
        }
    }

    @Test
    void forgetEntriesWhoseRecordsAPowerCutTook() {
        try (TimerFiles files = open()) {
            add(files, SLOT, 100, TimerUnit.PLAIN);
            files.check().write(new TimerCheck.Mark(NOW, files.log().end(), 1), NOW);
            add(files, SLOT, 110, TimerUnit.PLAIN);
        }

        try (TimerFiles files = TimerFiles.open(root, CONFIG, NOW, 119)) {
            assertThat(files.log().end()).isEqualTo(52);
            assertThat(chain(files, SLOT)).containsExactly(100L);
            assertThat(files.isNoted(110)).isFalse();
        }
    }

    @Test
    void keepAnEntryThatAClockSetBackLetWaitBeforeTheMark() {
        try (TimerFiles files = open()) {
            add(files, SLOT + 1_000, 0x11, TimerUnit.PLAIN);
            files.check().write(new TimerCheck.Mark(SLOT + 3_000, files.log().end(), 1), NOW);
            add(files, SLOT + 1_000, 0x22, TimerUnit.PLAIN);
            add(files, SLOT, 0x33, TimerUnit.PLAIN);
        }

        try (TimerFiles files = open()) {
            assertThat(files.slotMs()).isEqualTo(SLOT);
            assertThat(chain(files, SLOT)).containsExactly(0x33L);
            assertThat(files.isNoted(0x33)).isTrue();
        }
    }

    @Test
    void cutOffHalfAnEntryAndWhatIsBehindIt() throws IOException {
        try (TimerFiles files = open()) {
            fill(files, ENTRIES + 3);
        }
        zero(log(0), 2 * 52 + 20, 600);

        try (TimerFiles files = open()) {
            assertThat(files.log().end()).isEqualTo(2 * 52);
            assertThat(files.log().fileCount()).isEqualTo(1);
            assertThat(chain(files, SLOT)).containsExactly(1L, 0L);
            add(files, SLOT, 0x33, TimerUnit.PLAIN);
        }
        try (TimerFiles files = open()) {
            assertThat(chain(files, SLOT)).containsExactly(0x33L, 1L, 0L);
        }
    }

    @Test
    void makeAWheelAgainThatIsGone() throws IOException {
        try (TimerFiles files = open()) {
            fill(files, 3 * ENTRIES);
            add(files, SLOT + 1_000, 0x99, TimerUnit.PLAIN);
            files.check().write(new TimerCheck.Mark(SLOT, files.log().end(), 1), NOW);
        }
        Files.delete(root.resolve(TimerFiles.WHEEL));

        try (TimerFiles files = open()) {
            assertThat(chain(files, SLOT)).hasSize(3 * ENTRIES);
            assertThat(chain(files, SLOT + 1_000)).containsExactly(0x99L);
            assertThat(files.wheel().waiting()).isEqualTo(3 * ENTRIES + 1);
        }
    }

    @Test
    void makeAWheelAgainThatPointsBehindTheLog() throws IOException {
        try (TimerFiles files = open()) {
            fill(files, ENTRIES - 1);
            files.check().write(new TimerCheck.Mark(SLOT, files.log().end(), 1), NOW);
        }
        // a power cut took the last entries, not the slot
        zero(log(0), 5 * 52, 1_024 - 5 * 52);

        try (TimerFiles files = open()) {
            assertThat(chain(files, SLOT)).containsExactly(4L, 3L, 2L, 1L, 0L);
        }
    }

    @Test
    void writeAnEntryInPlaceOfOneThatWasTakenBack() {
        try (TimerFiles files = open()) {
            fill(files, ENTRIES);
            TimerUnit unit = new TimerUnit(TimerUnit.NONE, TimerUnit.PLAIN, NOW, 6_000, 0x77, 10, 11);
            long at = files.log().append(unit);
            files.log().takeBack(at);

            assertThat(files.log().end()).isEqualTo(at);
            assertThat(files.log().read(at)).isNull();
            add(files, SLOT + 1_000, 0x88, TimerUnit.PLAIN);
            assertThat(chain(files, SLOT + 1_000)).containsExactly(0x88L);
            assertThat(files.log().end()).isEqualTo(at + 52);
        }
    }

    @Test
    void countRecallsAgainstMessages() {
        try (TimerFiles files = open()) {
            add(files, SLOT, 1, TimerUnit.PLAIN);
            add(files, SLOT, 2, TimerUnit.PLAIN);
            add(files, SLOT, 3, TimerUnit.PLAIN | TimerUnit.RECALLS);

            assertThat(files.wheel().crowd(SLOT)).isEqualTo(1);
            assertThat(files.wheel().crowd(SLOT + 1_000)).isZero();
            files.wheel().clear(SLOT);
            assertThat(files.wheel().waiting()).isZero();
            assertThat(files.wheel().nextFrom(NOW)).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void beginASlotAnewWhenItsPlaceIsUsedForAnotherTime() {
        long later = SLOT + 1_209_600_000L;
        try (TimerFiles files = open()) {
            add(files, SLOT, 1, TimerUnit.PLAIN);
            files.wheel().clear(SLOT);
            add(files, later, 2, TimerUnit.PLAIN);

            assertThat(chain(files, later)).containsExactly(2L);
            assertThat(files.wheel().nextFrom(SLOT + 1_000)).isEqualTo(later);
        }
    }

    @Test
    void dropFilesOfTheLogWhoseRecordsAreGone() {
        try (TimerFiles files = open()) {
            fill(files, 2 * ENTRIES + 1);
            files.log().dropBefore(ENTRIES);

            assertThat(files.log().begin()).isEqualTo(1_024);
            assertThat(log(0)).doesNotExist();
            files.log().dropBefore(ENTRIES + 1);
            assertThat(files.log().begin()).isEqualTo(1_024);
            files.log().dropBefore(Long.MAX_VALUE);
            assertThat(files.log().fileCount()).isEqualTo(1);
            // the rest of the chain is gone
            assertThat(chain(files, SLOT)).containsExactly(2L * ENTRIES);
        }
        try (TimerFiles files = open()) {
            assertThat(files.log().begin()).isEqualTo(2_048);
        }
    }

    @Test
    void refuseFilesOfAnotherLength() throws IOException {
        Files.write(root.resolve(TimerFiles.WHEEL), new byte[100]);

        assertThatThrownBy(this::open)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("timerwheel has 100 bytes instead of 38707200");
    }

    @Test
    void refuseALogWithAHole() throws IOException {
        try (TimerFiles files = open()) {
            fill(files, 2 * ENTRIES + 1);
        }
        Files.delete(log(1_024));

        assertThatThrownBy(this::open)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("00000000000000002048 does not follow")
                .hasMessageContaining("1024");
    }

    private TimerFiles open() {
        return TimerFiles.open(root, CONFIG, NOW, Long.MAX_VALUE);
    }

    private Path log(long position) {
        return root.resolve(TimerFiles.LOG).resolve("%020d".formatted(position));
    }

    private static void fill(TimerFiles files, int count) {
        for (int i = 0; i < count; i++) {
            add(files, SLOT, i, TimerUnit.PLAIN);
        }
    }

    private static void add(TimerFiles files, long slotMs, long position, int magic) {
        TimerUnit unit = new TimerUnit(files.wheel().last(slotMs), magic, NOW, (int) (slotMs - NOW), position, 10, 11);
        files.wheel().add(files.log().append(unit), unit);
    }

    /** Log positions of a slot's records, the newest first. */
    private static List<Long> chain(TimerFiles files, long slotMs) {
        List<Long> chain = new ArrayList<>();
        TimerUnit unit = files.log().read(files.wheel().last(slotMs));
        while (unit != null) {
            chain.add(unit.position());
            unit = files.log().read(unit.previous());
        }
        return chain;
    }

    private static String hex(Path file, long at, int count) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(count);
            assertThat(channel.read(bytes, at)).isEqualTo(count);
            return HexFormat.of().formatHex(bytes.array());
        }
    }

    private static void zero(Path file, long at, int count) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertThat(channel.write(ByteBuffer.allocate(count), at)).isEqualTo(count);
        }
    }
}
