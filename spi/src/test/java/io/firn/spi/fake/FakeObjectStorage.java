package io.firn.spi.fake;

import io.firn.spi.contract.CancelToken;
import io.firn.spi.objects.ObjectContent;
import io.firn.spi.objects.ObjectException;
import io.firn.spi.objects.ObjectException.Reason;
import io.firn.spi.objects.ObjectKey;
import io.firn.spi.objects.ObjectStorage;
import io.firn.spi.objects.StoredObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.zip.CRC32C;

/** Objects in memory. Any thread. */
public final class FakeObjectStorage implements ObjectStorage {

    private final ConcurrentMap<ObjectKey, byte[]> objects = new ConcurrentHashMap<>();

    /** What is stored, for a test to look at and to damage: the arrays are those that are read. */
    public ConcurrentMap<ObjectKey, byte[]> objects() {
        return objects;
    }

    @Override
    public StoredObject put(ObjectKey key, ObjectContent content, CancelToken token) throws ObjectException {
        check("put " + key, token);
        byte[] bytes = bytes(content);
        if (objects.putIfAbsent(key, bytes) != null) {
            throw new ObjectException(Reason.EXISTS, "put " + key + ": it exists");
        }
        return described(key, bytes);
    }

    private static byte[] bytes(ObjectContent content) throws ObjectException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            WritableByteChannel out = Channels.newChannel(bytes);
            switch (content) {
                case ObjectContent.Bytes(List<ByteBuffer> buffers) -> {
                    for (ByteBuffer buffer : buffers) {
                        out.write(buffer.duplicate());
                    }
                }
                case ObjectContent.Region region -> {
                    try (FileChannel file = FileChannel.open(region.file(), StandardOpenOption.READ)) {
                        file.transferTo(region.position(), region.lengthBytes(), out);
                    }
                }
            }
        } catch (IOException e) {
            throw new ObjectException(Reason.REFUSED, "the bytes to store can not be read: " + e, e);
        }
        if (bytes.size() != content.lengthBytes()) {
            throw new ObjectException(
                    Reason.REFUSED, content + " has " + bytes.size() + " bytes, not " + content.lengthBytes());
        }
        return bytes.toByteArray();
    }

    @Override
    public void read(ObjectKey key, long offset, ByteBuffer into, CancelToken token) throws ObjectException {
        check("read " + key, token);
        byte[] bytes = find("read " + key, key);
        if (into.remaining() > bytes.length - offset) {
            throw new ObjectException(
                    Reason.DAMAGED,
                    "read " + key + ": it has " + bytes.length + " bytes, not " + into.remaining() + " from " + offset);
        }
        into.put(bytes, (int) offset, into.remaining());
    }

    @Override
    public StoredObject head(ObjectKey key, CancelToken token) throws ObjectException {
        check("head " + key, token);
        return described(key, find("head " + key, key));
    }

    @Override
    public List<StoredObject> list(Listing listing, CancelToken token) throws ObjectException {
        check("list " + listing, token);
        return objects.entrySet().stream()
                .filter(entry -> entry.getKey().plugin().equals(listing.plugin()))
                .filter(entry -> entry.getKey().name().startsWith(listing.prefix()))
                .filter(entry -> entry.getKey().name().compareTo(listing.after()) > 0)
                .sorted((a, b) -> a.getKey().name().compareTo(b.getKey().name()))
                .limit(listing.max())
                .map(entry -> described(entry.getKey(), entry.getValue()))
                .toList();
    }

    @Override
    public void delete(ObjectKey key, CancelToken token) throws ObjectException {
        check("delete " + key, token);
        objects.remove(key);
    }

    private byte[] find(String what, ObjectKey key) throws ObjectException {
        byte[] bytes = objects.get(key);
        if (bytes == null) {
            throw new ObjectException(Reason.MISSING, what + ": there is no such object");
        }
        return bytes;
    }

    private static void check(String what, CancelToken token) throws ObjectException {
        if (token.isCancelled()) {
            throw new ObjectException(Reason.CANCELLED, what + ": cancelled");
        }
    }

    private static StoredObject described(ObjectKey key, byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return new StoredObject(key.name(), bytes.length, OptionalInt.of((int) crc.getValue()));
    }
}
