package io.firn.it.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a dispatcher noted over all its runs, checked while it is read: see {@link SeeingJar}. */
final class Seen {

    private final TreeSet<Long> messages = new TreeSet<>();
    private int runs;
    private long highest;
    private long durable;
    private long lastTo = -1;
    private long lastMessage = -1;

    private Seen() {}

    /** Fails when a run goes back, leaves something out, or does not begin at a position that is durable. */
    static Seen read(Path file, String context) throws IOException {
        Seen seen = new Seen();
        List<String> lines = Files.readAllLines(file);
        for (String line : lines) {
            seen.take(line.split(" "), line + context);
        }
        return seen;
    }

    private void take(String[] words, String context) {
        switch (words[0]) {
            case "R" -> {
                runs++;
                lastTo = -1;
                lastMessage = -1;
            }
            case "B" -> batch(Long.parseLong(words[1]), Long.parseLong(words[2]), context);
            case "M" -> {
                long position = Long.parseLong(words[1]);
                assertThat(position).as("order: " + context).isGreaterThan(lastMessage);
                lastMessage = position;
                messages.add(position);
            }
            case "D" -> durable = Long.parseLong(words[1]);
            default -> throw new AssertionError("half a line: " + context);
        }
    }

    private void batch(long from, long to, String context) {
        if (lastTo < 0) {
            assertThat(from)
                    .as("begins above what was called durable: " + context)
                    .isLessThanOrEqualTo(durable);
        } else {
            assertThat(from).as("leaves a gap: " + context).isEqualTo(lastTo);
        }
        lastTo = to;
        highest = Math.max(highest, to);
    }

    Set<Long> messages() {
        return messages;
    }

    int runs() {
        return runs;
    }

    /** The end of all that was shown. */
    long highest() {
        return highest;
    }
}
