package io.firn.broker.abuse;

import io.firn.broker.abuse.SampleStore.Queue;
import io.firn.broker.abuse.SampleStore.Stop;
import io.firn.broker.abuse.SampleStore.Stored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;

/**
 * One thing done to one file of a stopped store.
 *
 * @param file relative to the store
 * @param what in words
 * @param from first byte of the file that is not what it was
 * @param to behind the last one
 * @param isWhole whether the file as such is gone, moved, or of another length or kind
 * @param other a second file with the same damage, or the same file
 */
record StoreDamage(Path file, String what, long from, long to, boolean isWhole, Path other) {

    private StoreDamage(Path file, String what, long from, long to, boolean isWhole) {
        this(file, what, from, to, isWhole, file);
    }

    private static final List<String> STRAY_NAMES = List.of(
            "stray",
            ".hidden",
            "00000000000000000001",
            "00000000000000065536",
            "99999999999999999999",
            "-1",
            "0",
            "topics.json.tmp",
            "20260101000000000",
            "lost+found",
            "a b");

    /** Picks a file, or a place for a new one, and does something to it. */
    static StoreDamage inflict(Dice dice, SampleStore store, Path root) throws IOException {
        List<Path> files = store.files();
        String kind = dice.oneOf("commitlog", "consumequeue", "index", "timerlog", "config", "");
        List<Path> ofKind = files.stream()
                .filter(path -> kind.isEmpty() ? path.getNameCount() == 1 : path.startsWith(kind))
                .toList();
        Path file = dice.oneOf(ofKind);
        if (dice.oneIn(8)) {
            return addStray(dice, root, root.resolve(file).getParent());
        }
        Path path = root.resolve(file);
        boolean isText = file.toString().contains(".json") || file.toString().equals("abort");
        return switch (dice.below(isText ? 9 : 12)) {
            case 0 -> cut(dice, file, path);
            case 1 -> lengthen(dice, file, path);
            case 2 -> {
                Files.delete(path);
                yield whole(file, "deleted");
            }
            case 3 -> replaceByDirectory(dice, file, path);
            case 4 -> replaceByLink(dice, root, file);
            case 5 -> {
                Path name = path.resolveSibling(dice.oneOf(STRAY_NAMES));
                if (Files.exists(name)) {
                    yield swap(file, root.relativize(name), root);
                }
                Files.move(path, name);
                yield whole(file, "renamed to " + name.getFileName());
            }
            case 6 -> {
                Path other = root.resolve(dice.oneOf(files));
                if (Files.isRegularFile(other)) {
                    Files.write(path, Files.readAllBytes(other));
                }
                yield whole(file, "has the content of " + root.relativize(other));
            }
            default -> isText ? bendText(dice, file, path) : overwrite(dice, file, path);
        };
    }

    /** Two files under each other's names: all their messages are touched, those between them are not. */
    private static StoreDamage swap(Path file, Path other, Path root) throws IOException {
        byte[] bytes = Files.readAllBytes(root.resolve(file));
        Files.write(root.resolve(file), Files.readAllBytes(root.resolve(other)));
        Files.write(root.resolve(other), bytes);
        return new StoreDamage(file, "has changed places with " + other, 0, Long.MAX_VALUE, true, other);
    }

    private static StoreDamage whole(Path file, String what) {
        return new StoreDamage(file, what, 0, Long.MAX_VALUE, true);
    }

    private static StoreDamage addStray(Dice dice, Path root, Path directory) throws IOException {
        Path stray = directory.resolve(dice.oneOf(STRAY_NAMES));
        Path file = root.relativize(stray);
        if (Files.exists(stray)) {
            return new StoreDamage(file, "left alone", 0, 0, false);
        }
        if (dice.oneIn(2)) {
            Files.createDirectories(stray.resolve(dice.oneOf("0", "x")));
            return new StoreDamage(file, "new directory", 0, 0, false);
        }
        Files.write(stray, dice.bytes(dice.oneOf(0, 1, 400, 65_536)));
        return new StoreDamage(file, "new file", 0, 0, false);
    }

    private static StoreDamage cut(Dice dice, Path file, Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        int length = bytes.length == 0 ? 0 : dice.oneOf(0, bytes.length - 1, dice.below(bytes.length));
        Files.write(path, Arrays.copyOf(bytes, length));
        return whole(file, "cut to " + length + " of " + bytes.length + " bytes");
    }

    private static StoreDamage lengthen(Dice dice, Path file, Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        int more = dice.oneOf(1, 20, 4096, 65_536);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more);
        if (dice.oneIn(2)) {
            System.arraycopy(dice.bytes(more), 0, longer, bytes.length, more);
        }
        Files.write(path, longer);
        return whole(file, "lengthened by " + more);
    }

    private static StoreDamage replaceByDirectory(Dice dice, Path file, Path path) throws IOException {
        Files.delete(path);
        Files.createDirectory(path);
        if (dice.oneIn(2)) {
            Files.writeString(path.resolve("x"), "x");
        }
        return whole(file, "is a directory");
    }

    private static StoreDamage replaceByLink(Dice dice, Path root, Path file) throws IOException {
        Path path = root.resolve(file);
        Path aside = root.resolveSibling("aside");
        Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
        String target = dice.oneOf(aside.toString(), path.toString(), "nowhere", ".");
        Files.createSymbolicLink(path, Path.of(target));
        return whole(file, "is a link to " + target);
    }

    private static StoreDamage bendText(Dice dice, Path file, Path path) throws IOException {
        String text = Files.readString(path, StandardCharsets.ISO_8859_1);
        String bent;
        int colon = text.indexOf(':', dice.below(Math.max(1, text.length())));
        if (dice.oneIn(2) && colon >= 0) {
            int end = colon + 1;
            while (end < text.length() && ",}\n".indexOf(text.charAt(end)) < 0) {
                end++;
            }
            String value =
                    dice.oneOf("null", "{}", "[]", "\"x\"", "1.5", "-1", "true", "99999999999999999999", "", "\"");
            bent = text.substring(0, colon + 1) + value + text.substring(end);
        } else {
            byte[] damaged = dice.damaged(text.getBytes(StandardCharsets.ISO_8859_1));
            bent = new String(damaged, StandardCharsets.ISO_8859_1);
        }
        Files.writeString(path, bent, StandardCharsets.ISO_8859_1);
        return whole(file, "has another text");
    }

    private static StoreDamage overwrite(Dice dice, Path file, Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        if (bytes.length == 0) {
            return new StoreDamage(file, "left alone", 0, 0, false);
        }
        byte[] before = bytes.clone();
        int used = bytes.length;
        while (used > 1 && bytes[used - 1] == 0) {
            used--;
        }
        // where something is more often than where nothing is
        int at = dice.below(dice.oneIn(4) ? bytes.length : used);
        switch (dice.below(4)) {
            case 0 -> bytes[at] ^= (byte) (1 << dice.below(8));
            case 1 -> {
                long number = dice.number();
                int width = dice.oneOf(2, 4, 8);
                for (int i = 0; i < width && at + i < bytes.length; i++) {
                    bytes[at + i] = (byte) (number >> (8 * (width - 1 - i)));
                }
            }
            case 2 ->
                Arrays.fill(bytes, at, Math.min(bytes.length, at + dice.oneOf(1, 20, 512, 4096, 65_536)), (byte) 0);
            default -> {
                byte[] noise = dice.bytes(Math.min(bytes.length - at, dice.oneOf(1, 20, 512, 4096)));
                System.arraycopy(noise, 0, bytes, at, noise.length);
            }
        }
        Files.write(path, bytes);
        int first = Arrays.mismatch(before, bytes);
        if (first < 0) {
            return new StoreDamage(file, "left alone", 0, 0, false);
        }
        int last = bytes.length - 1;
        while (bytes[last] == before[last]) {
            last--;
        }
        return new StoreDamage(file, "has other bytes from " + first + " to " + last, first, last + 1L, false);
    }

    /**
     * Whether a queue may be refused for what lies in its directory. Queues are looked at when they are used, since there
     * may be very many: their damage is told then, not at start.
     */
    boolean isBeside(Queue queue) {
        return file.startsWith(Path.of("consumequeue", queue.topic()))
                && (file.getNameCount() < 4 || file.getName(2).toString().equals(Integer.toString(queue.id())));
    }

    /** Whether a message may not become readable in this queue: its topic or its files may be what is damaged. */
    boolean mayStopSends(Queue queue) {
        return file.endsWith("topics.json") || (file.startsWith("consumequeue") && isBeside(queue));
    }

    /** Whether a broker may serve this message in another way than before, or not at all. */
    boolean touches(Stored stored, Stop stop) {
        if (from == to) {
            return false;
        }
        if (file.startsWith("commitlog")) {
            return touchesLog(stored, stop);
        }
        if (file.startsWith("consumequeue")) {
            return touchesQueue(stored);
        }
        // without its topic's settings a message is not served
        return file.endsWith("topics.json");
    }

    private boolean touchesLog(Stored stored, Stop stop) {
        return touchesLog(file, stored, stop) || touchesLog(other, stored, stop);
    }

    private boolean touchesLog(Path damaged, Stored stored, Stop stop) {
        long base = Long.parseLong(damaged.getFileName().toString());
        boolean isInFile = stored.position() >= base && stored.position() < base + SampleStore.SEGMENT_BYTES;
        if (stop == Stop.KILLED) {
            // what was not promised to be safe may be cut off with the damaged record
            return stored.position() + stored.size() > base + from;
        }
        long at = stored.position() - base;
        return isInFile && (isWhole || (at < to && at + stored.size() > from));
    }

    private boolean touchesQueue(Stored stored) {
        return touchesQueue(file, stored) || touchesQueue(other, stored);
    }

    private boolean touchesQueue(Path damaged, Stored stored) {
        Path queue = damaged.getParent();
        if (!queue.endsWith(
                Path.of(stored.queue().topic(), Integer.toString(stored.queue().id())))) {
            return false;
        }
        long firstUnit = Long.parseLong(damaged.getFileName().toString()) / SampleStore.UNIT_BYTES;
        long at = (stored.offset() - firstUnit) * SampleStore.UNIT_BYTES;
        boolean isInFile = at >= 0 && at < SampleStore.UNITS_PER_FILE * SampleStore.UNIT_BYTES;
        return isInFile && (isWhole || (at < to && at + SampleStore.UNIT_BYTES > from));
    }

    @Override
    public String toString() {
        return file + " " + what;
    }
}
