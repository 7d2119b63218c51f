package io.firn.it.harness;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/**
 * One message as it lies in a commit log, read here independently of Firn's own code. Format: RocketMQ's record, magic V1.
 *
 * <pre>
 *  0 int  TOTALSIZE        4 int  MAGIC 0xDAA320A7   8 int  BODYCRC & 0x7FFFFFFF   12 int  QUEUEID
 * 16 int  FLAG            20 long QUEUEOFFSET       28 long PHYSICALOFFSET         36 int  SYSFLAG
 * 40 long BORNTIMESTAMP   48 8|20 BORNHOST          .. long STORETIMESTAMP         .. 8|20 STOREHOST
 * .. int  RECONSUMETIMES  .. long PREPARED          .. int+n BODY   .. byte+n TOPIC   .. short+n PROPERTIES
 * </pre>
 *
 * @param position byte address in the log
 * @param masked the same bytes with times, hosts and places zeroed and the properties cut off
 */
@SuppressWarnings("ArrayRecordComponent") // a view of bytes; nobody compares or prints whole records
public record StoredRecord(
        long position,
        int size,
        String topic,
        int queueId,
        long queueOffset,
        long storeTime,
        byte[] body,
        String propertyText,
        byte[] masked) {

    public static final int MAGIC = 0xDAA320A7;
    public static final int FILLER = 0xCBD43194;

    /** Parses the record at the buffer's position; fails with what is wrong about it. */
    static StoredRecord parse(ByteBuffer segment, int at, long position) {
        int size = segment.getInt(at);
        check(size >= 91 && at + size <= segment.capacity(), "size " + size, position);
        ByteBuffer record = segment.slice(at, size);
        check(record.getInt(4) == MAGIC, "magic 0x" + Integer.toHexString(record.getInt(4)), position);
        check(record.getLong(28) == position, "physical offset " + record.getLong(28), position);
        int sysFlag = record.getInt(36);
        int storeTimeAt = 48 + ((sysFlag & 0x10) == 0 ? 8 : 20);
        int reconsumeAt = storeTimeAt + 8 + ((sysFlag & 0x20) == 0 ? 8 : 20);
        int bodyAt = reconsumeAt + 4 + 8 + 4;
        byte[] body = new byte[record.getInt(bodyAt - 4)];
        record.get(bodyAt, body);
        CRC32 crc = new CRC32();
        crc.update(body);
        check(record.getInt(8) == (int) (crc.getValue() & 0x7FFFFFFF), "body CRC", position);
        int topicAt = bodyAt + body.length + 1;
        byte[] topic = new byte[record.get(topicAt - 1)];
        record.get(topicAt, topic);
        int propertiesAt = topicAt + topic.length + 2;
        byte[] properties = new byte[record.getShort(propertiesAt - 2)];
        record.get(propertiesAt, properties);
        check(propertiesAt + properties.length == size, "lengths of the parts", position);
        byte[] masked = new byte[propertiesAt];
        record.get(0, masked);
        Arrays.fill(masked, 28, 36, (byte) 0);
        Arrays.fill(masked, 40, reconsumeAt, (byte) 0);
        return new StoredRecord(
                position,
                size,
                new String(topic, StandardCharsets.UTF_8),
                record.getInt(12),
                record.getLong(20),
                record.getLong(storeTimeAt),
                body,
                new String(properties, StandardCharsets.UTF_8),
                masked);
    }

    /** The properties by name. */
    public Map<String, String> properties() {
        Map<String, String> map = new TreeMap<>();
        for (String pair : propertyText.split("\2", -1)) {
            int separator = pair.indexOf('\1');
            if (separator > 0) {
                map.put(pair.substring(0, separator), pair.substring(separator + 1));
            }
        }
        return map;
    }

    private static void check(boolean good, String what, long position) {
        if (!good) {
            throw new AssertionError("bad " + what + " in the record at position " + position);
        }
    }
}
