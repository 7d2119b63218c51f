package io.firn.tiered.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Makes slices of a commit log, record by record. */
public final class SliceBuilder {
    private final long base;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Map<String, Long> offsets = new HashMap<>();

    public SliceBuilder(long base) {
        this.base = base;
    }

    /** A message without flags. */
    public SliceBuilder add(String topic, int queueId, byte[] body, String properties) {
        return add(topic, queueId, 0, body, properties);
    }

    SliceBuilder add(String topic, int queueId, int sysFlag, byte[] body, String properties) {
        long offset = offsets.merge(topic + '/' + queueId + '/' + (sysFlag & 12), 1L, Long::sum) - 1;
        byte[] name = topic.getBytes(StandardCharsets.UTF_8);
        byte[] props = properties.getBytes(StandardCharsets.UTF_8);
        int born = (sysFlag & 16) == 0 ? 8 : 20;
        int store = (sysFlag & 32) == 0 ? 8 : 20;
        boolean v2 = name.length > 127;
        int size = 75 + born + store + body.length + name.length + (v2 ? 1 : 0) + props.length;
        ByteBuffer record = ByteBuffer.allocate(size);
        record.putInt(size)
                .putInt(v2 ? RecordFields.MAGIC_V2 : RecordFields.MAGIC_V1)
                .putInt(7);
        record.putInt(queueId)
                .putInt(0)
                .putLong(offset)
                .putLong(base + out.size())
                .putInt(sysFlag);
        record.putLong(1_000_000 + out.size()).position(record.position() + born);
        record.putLong(2_000_000 + out.size()).position(record.position() + store);
        record.putInt(0).putLong(0).putInt(body.length).put(body);
        if (v2) {
            record.putShort((short) name.length);
        } else {
            record.put((byte) name.length);
        }
        record.put(name).putShort((short) props.length).put(props);
        out.writeBytes(record.array());
        return this;
    }

    /** The next message of this queue gets this offset. */
    SliceBuilder jumpTo(String topic, int queueId, long offset) {
        offsets.put(topic + '/' + queueId + "/0", offset);
        return this;
    }

    /** Ends the slice as a full segment ends, with rubbish behind the filler's head. */
    SliceBuilder filler(int bytes, RandomGenerator random) {
        byte[] rest = new byte[bytes];
        random.nextBytes(rest);
        ByteBuffer.wrap(rest).putInt(bytes).putInt(RecordFields.MAGIC_FILLER);
        out.writeBytes(rest);
        return this;
    }

    /** The slice so far. */
    public byte[] bytes() {
        return out.toByteArray();
    }

    static SliceBuilder random(RandomGenerator random, long base, int queues, int messages) {
        SliceBuilder slice = new SliceBuilder(base);
        for (int i = 0; i < messages; i++) {
            int queue = (int) Math.min(queues - 1, Math.abs(random.nextGaussian()) * queues / 3);
            String topic = queue % 7 == 0 ? "t".repeat(200) + queue / 7 : "topic-é" + queue / 7;
            int flag = random.nextInt(10) == 0 ? 4 : random.nextInt(4) << 4;
            byte[] body = new byte[random.nextInt(50) == 0 ? random.nextInt(9000) : random.nextInt(200)];
            if (random.nextBoolean()) {
                random.nextBytes(body);
            }
            if (random.nextInt(40) == 0) {
                slice.jumpTo(topic, queue % 7, random.nextInt(1_000_000));
            }
            slice.add(topic, queue % 7, flag, body, properties(random, i));
        }
        if (random.nextBoolean()) {
            slice.filler(8 + random.nextInt(5000), random);
        }
        return slice;
    }

    private static String properties(RandomGenerator random, int i) {
        return switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> "KEYS\1k" + i + " other\2TAGS\1tag" + random.nextInt(5) + "\2";
            case 2 -> "UNIQ_KEY\1u" + i + "\2TAGS\1é" + random.nextInt(5);
            default -> "INNER_MULTI_DISPATCH\1%LMQ%a,%LMQ%b\2INNER_MULTI_QUEUE_OFFSET\1" + i + "," + 2 * i + "\2";
        };
    }
}
