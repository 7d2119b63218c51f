package io.firn.compaction.archive;

import io.firn.compaction.segment.FileMark;
import io.firn.compaction.store.QueueName;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Names of one queue's objects. All that belongs to one life of a topic lies together:
 *
 * <pre>
 *   &lt;topic&gt;/&lt;incarnation&gt;/&lt;queue&gt;/m/&lt;number, 20 digits&gt;       see ArchivedGeneration
 *   &lt;topic&gt;/&lt;incarnation&gt;/&lt;queue&gt;/f/&lt;file&gt;.&lt;CRC32C, 8 hex digits&gt;   a file of a segment, byte for byte
 * </pre>
 *
 * A file's checksum is in its name, so one name never stands for two contents. Of the characters that topics may have and
 * objects may not, each becomes a dot and two hex digits.
 *
 * @param directory of the queue; ends in a slash
 */
record ArchiveNames(String directory) {

    private static final int DIGITS = 20;

    static ArchiveNames of(QueueName queue) {
        return new ArchiveNames(escape(queue.topic()) + "/" + queue.incarnation() + "/" + queue.queueId() + "/");
    }

    private static String escape(String topic) {
        StringBuilder name = new StringBuilder();
        for (byte b : topic.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            if (plain || c == '-' || c == '_') {
                name.append(c);
            } else {
                name.append('.').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return name.toString();
    }

    String manifests() {
        return directory + "m/";
    }

    String manifest(long number) {
        return manifests() + String.format(Locale.ROOT, "%0" + DIGITS + "d", number);
    }

    /** The number in a manifest's name; -1 for another name. */
    long numberOf(String name) {
        String digits = name.substring(Math.min(name.length(), manifests().length()));
        return name.startsWith(manifests()) && digits.matches("[0-9]{" + DIGITS + "}") ? Long.parseLong(digits) : -1;
    }

    String files() {
        return directory + "f/";
    }

    String file(String file, FileMark mark) {
        return files() + file + "." + HexFormat.of().toHexDigits(mark.crc());
    }
}
