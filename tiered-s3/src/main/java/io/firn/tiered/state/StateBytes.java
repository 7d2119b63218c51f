package io.firn.tiered.state;

import io.firn.spi.topic.Group;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicKind;
import io.firn.spi.topic.TopicLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Bytes of a snapshot (big endian; text is a 4-byte length and UTF-8; a map is a 4-byte count and pairs of text):
 *
 * <pre>
 *   0   4  magic "FSTA"
 *   4   2  version 1
 *   6   .  topics 4 x (name, kind 1, read queues 4, write queues 4, permissions 4, sysFlag 4, order 1, attributes map,
 *            incarnation 16)
 *          groups 4 x (name, settings map, offsets 4 x (topic, queue 4, offset 8))
 *   .   4  CRC-32C of all before
 * </pre>
 */
final class StateBytes {
    private static final int MAGIC = 0x46535441;
    private static final int CRC_BYTES = 4;

    private StateBytes() {}

    static byte[] encode(BrokerState state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(MAGIC);
            out.writeShort(1);
            out.writeInt(state.topics().size());
            for (Topic topic : state.topics()) {
                topic(out, topic);
            }
            out.writeInt(state.groups().size());
            for (BrokerState.Committed group : state.groups()) {
                group(out, group);
            }
            out.writeInt(crc(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    private static void topic(DataOutputStream out, Topic topic) throws IOException {
        text(out, topic.name());
        out.writeByte(topic.kind().ordinal());
        out.writeInt(topic.layout().readQueues());
        out.writeInt(topic.layout().writeQueues());
        out.writeInt(topic.layout().permissions());
        out.writeInt(topic.layout().sysFlag());
        out.writeByte(topic.layout().order().ordinal());
        map(out, topic.attributes());
        out.writeLong(topic.incarnation().getMostSignificantBits());
        out.writeLong(topic.incarnation().getLeastSignificantBits());
    }

    private static void group(DataOutputStream out, BrokerState.Committed group) throws IOException {
        text(out, group.group().name());
        map(out, group.group().settings());
        SortedMap<QueueRef, Long> offsets = group.sorted();
        out.writeInt(offsets.size());
        for (Map.Entry<QueueRef, Long> offset : offsets.entrySet()) {
            text(out, offset.getKey().topic());
            out.writeInt(offset.getKey().queueId());
            out.writeLong(offset.getValue());
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static void map(DataOutputStream out, Map<String, String> map) throws IOException {
        out.writeInt(map.size());
        for (Map.Entry<String, String> entry : new TreeMap<>(map).entrySet()) {
            text(out, entry.getKey());
            text(out, entry.getValue());
        }
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @param key where it comes from, for errors
     * @throws DamagedState it is something else
     */
    static BrokerState decode(String key, byte[] bytes) {
        if (bytes.length < 10
                || crc(bytes, bytes.length - CRC_BYTES)
                        != ByteBuffer.wrap(bytes).getInt(bytes.length - CRC_BYTES)) {
            throw new DamagedState(key + ": " + bytes.length + " bytes whose CRC-32C does not match");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, bytes.length - CRC_BYTES))) {
            if (in.readInt() != MAGIC || in.readShort() != 1) {
                throw new DamagedState(key + ": other magic or version; written by a newer Firn, or no snapshot");
            }
            List<Topic> topics = new ArrayList<>();
            for (int left = count(in); left > 0; left--) {
                topics.add(topic(in));
            }
            List<BrokerState.Committed> groups = new ArrayList<>();
            for (int left = count(in); left > 0; left--) {
                groups.add(group(in));
            }
            return new BrokerState(topics, groups);
        } catch (IOException | IllegalArgumentException e) {
            throw new DamagedState(key + ": " + e.getMessage());
        }
    }

    private static Topic topic(DataInputStream in) throws IOException {
        String name = text(in);
        TopicKind kind = one(TopicKind.values(), in);
        int read = in.readInt();
        int write = in.readInt();
        int permissions = in.readInt();
        int sysFlag = in.readInt();
        TopicLayout.Order order = one(TopicLayout.Order.values(), in);
        Map<String, String> attributes = map(in);
        UUID incarnation = new UUID(in.readLong(), in.readLong());
        return new Topic(
                name, kind, new TopicLayout(read, write, permissions, sysFlag, order), attributes, incarnation);
    }

    private static BrokerState.Committed group(DataInputStream in) throws IOException {
        Group group = new Group(text(in), map(in));
        Map<QueueRef, Long> offsets = new HashMap<>();
        for (int left = count(in); left > 0; left--) {
            offsets.put(new QueueRef(text(in), in.readInt()), in.readLong());
        }
        return new BrokerState.Committed(group, offsets);
    }

    private static <T> T one(T[] of, DataInputStream in) throws IOException {
        int ordinal = in.readUnsignedByte();
        if (ordinal >= of.length) {
            throw new IOException("choice " + ordinal + " of " + of.length);
        }
        return of[ordinal];
    }

    private static int count(DataInputStream in) throws IOException {
        int n = in.readInt();
        if (n < 0 || n > in.available()) {
            throw new IOException("a list of " + n + " in " + in.available() + " bytes");
        }
        return n;
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(count(in)), StandardCharsets.UTF_8);
    }

    private static Map<String, String> map(DataInputStream in) throws IOException {
        Map<String, String> map = new HashMap<>();
        for (int left = count(in); left > 0; left--) {
            map.put(text(in), text(in));
        }
        return map;
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
