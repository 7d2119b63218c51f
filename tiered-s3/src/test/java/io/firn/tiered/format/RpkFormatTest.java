package io.firn.tiered.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a reader of one object sees, the golden files, and every way a small object can be damaged. */
final class RpkFormatTest {
    private static final RpkOptions RAW = new RpkOptions(1024, 0);

    /** The slice of the golden files; changing it changes the format's version. */
    private static byte[] goldenSlice() {
        return new SliceBuilder(8192)
                .add("orders", 1, bytes("one"), "TAGS\1a\2KEYS\1k1 k2\2")
                .add(
                        "audit",
                        0,
                        bytes("two"),
                        "UNIQ_KEY\1u1\2INNER_MULTI_DISPATCH\1%LMQ%x\2INNER_MULTI_QUEUE_OFFSET\0015\2")
                .add("orders", 1, bytes("three".repeat(40)), "TAGS\1b\2")
                .add("orders", 0, 4, bytes("half"), "")
                .filler(20, new Random(1))
                .bytes();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] golden(String name) throws IOException {
        try (InputStream in = RpkFormatTest.class.getResourceAsStream("/rpk/" + name)) {
            String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        }
    }

    @Test
    void writesTheGoldenFileOfVersion1() throws IOException {
        byte[] object = Objects.write(goldenSlice(), 8192, RAW);
        String hex = HexFormat.of().formatHex(object).replaceAll("(.{96})", "$1\n");
        assertThat(object).as("now it is\n%s", hex).isEqualTo(golden("raw-v1.hex"));
    }

    @Test
    void readsBothGoldenFilesOfVersion1() throws IOException {
        for (String name : List.of("raw-v1.hex", "zstd-v1.hex")) {
            RpkReader reader = Objects.open(golden(name));
            reader.verify();
            ByteBuffer out = ByteBuffer.allocate(goldenSlice().length);
            SliceRebuild.rebuild(List.of(reader), out);
            assertThat(out.array()).as(name).isEqualTo(goldenSlice());
        }
    }

    @Test
    void answersByQueueKeyAndLightQueue() {
        RpkReader reader = Objects.open(Objects.write(goldenSlice(), 8192, RAW));
        assertThat(reader.queues()).extracting(QueueRun::topic).containsExactly("audit", "orders", "orders");
        QueueRun run = java.util.Objects.requireNonNull(reader.queue("orders", 1));
        assertThat(run.messages()).isEqualTo(2);
        assertThat(reader.frameOf(run, 1)).isEqualTo(run.firstFrame());
        assertThat(reader.frameOf(run, 2)).isEqualTo(-1);
        assertThat(reader.queue("orders", 0))
                .as("a half message is in no queue")
                .isNull();
        assertThat(reader.framesWithKey("orders", "k2")).containsExactly(run.firstFrame());
        assertThat(reader.framesWithKey("audit", "u1")).containsExactly(0);
        assertThat(reader.framesWithKey("orders", "absent")).isEmpty();
        assertThat(reader.rows(run.firstFrame()).tagHashes()).containsExactly("a".hashCode(), "b".hashCode());
        assertThat(reader.multiRows()).containsEntry("%LMQ%x", List.of(new MultiRows.Row(5, 0, 0)));
        assertThat(reader.queueOrder()).containsExactly(2, 0, 2, 1);
        assertThat(reader.meta()).isEqualTo("broker=a\nepoch=3\n");
    }

    @Test
    void everyFlippedBitIsANamedError() {
        for (RpkOptions options : List.of(RAW, new RpkOptions(1024, 1))) {
            byte[] object = Objects.write(goldenSlice(), 8192, options);
            for (int bit = 0; bit < object.length * 8; bit++) {
                byte[] broken = object.clone();
                broken[bit / 8] ^= (byte) (1 << bit % 8);
                assertThatThrownBy(() -> Objects.open(broken).verify())
                        .as("bit %d", bit)
                        .isInstanceOf(FormatException.class)
                        .hasMessageMatching("(?s)[A-Z]+: .{8,}");
            }
        }
    }

    @Test
    void everyTruncationIsANamedError() {
        byte[] object = Objects.write(goldenSlice(), 8192, RAW);
        for (int length = 0; length < object.length; length++) {
            byte[] cut = Arrays.copyOf(object, length);
            assertThatThrownBy(() -> Objects.open(cut).verify())
                    .as("length %d", length)
                    .isInstanceOf(FormatException.class);
        }
    }

    @Test
    void damagedSectionsWhoseChecksumsFitAreStillNamedErrorsOrHarmless() {
        byte[] object = Objects.write(goldenSlice(), 8192, RAW);
        RpkFooter footer = Objects.open(object).footer();
        for (RpkLayout.Section section : RpkLayout.Section.values()) {
            RpkFooter.Extent extent = footer.extent(section);
            for (int bit = 0; bit < extent.length() * 8 && extent.crc() != 0; bit++) {
                byte[] broken = object.clone();
                broken[(int) extent.offset() + bit / 8] ^= (byte) (1 << bit % 8);
                readForged(broken, footer, extent);
            }
        }
    }

    private static void readForged(byte[] broken, RpkFooter footer, RpkFooter.Extent damaged) {
        byte[] section = Arrays.copyOfRange(broken, (int) damaged.offset(), (int) damaged.endOffset());
        List<RpkFooter.Extent> extents = footer.sections().stream()
                .map(e -> e == damaged ? new RpkFooter.Extent(e.offset(), e.length(), KeyTable.crc(section)) : e)
                .toList();
        RpkFooter forged = new RpkFooter(
                footer.uuid(),
                footer.base(),
                footer.end(),
                footer.rawBytes(),
                footer.objectBytes(),
                footer.times(),
                footer.counts(),
                extents);
        forged.encode().get(broken, broken.length - RpkLayout.FOOTER_BYTES, RpkLayout.FOOTER_BYTES);
        try {
            RpkReader reader = Objects.open(broken);
            reader.verify();
            SliceRebuild.rebuild(List.of(reader), ByteBuffer.allocate(goldenSlice().length));
        } catch (FormatException e) {
            assertThat(e.part()).isNotNull();
        }
    }

    @Test
    void refusesASliceThatDoesNotBeginOnARecord() {
        byte[] slice = goldenSlice();
        byte[] shifted = Arrays.copyOfRange(slice, 1, slice.length);
        assertThatThrownBy(() -> Objects.write(shifted, 8193, RAW))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("no record at position 8193");
        assertThatThrownBy(() -> Objects.write(slice, 9000, RAW)).hasMessageContaining("no record at position 9000");
    }

    @Test
    void packsAnEmptySliceAndOneOfFillerOnly() {
        for (byte[] slice : List.of(
                new byte[0], new SliceBuilder(0).filler(500, new Random(2)).bytes())) {
            RpkReader reader = Objects.open(Objects.write(slice, 0, RpkOptions.DEFAULT));
            reader.verify();
            ByteBuffer out = ByteBuffer.allocate(slice.length);
            SliceRebuild.rebuild(List.of(reader), out);
            assertThat(out.array()).isEqualTo(slice);
        }
    }

    @Test
    void oneMessageMayBeLargerThanAFrame() {
        byte[] body = new byte[16 << 20];
        new Random(3).nextBytes(body);
        byte[] slice = new SliceBuilder(0)
                .add("a", 0, bytes("x"), "")
                .add("a", 0, body, "")
                .add("a", 0, bytes("y"), "")
                .bytes();
        RpkReader reader = Objects.open(Objects.write(slice, 0, RpkOptions.DEFAULT));
        reader.verify();
        assertThat(reader.frames().count()).isEqualTo(3);
    }
}
