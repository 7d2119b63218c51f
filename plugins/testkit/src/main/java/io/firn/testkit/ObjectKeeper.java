package io.firn.testkit;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.contract.CancelToken;
import io.firn.spi.objects.ObjectContent;
import io.firn.spi.objects.ObjectException;
import io.firn.spi.objects.ObjectException.Reason;
import io.firn.spi.objects.ObjectKey;
import io.firn.spi.objects.ObjectStorage;
import io.firn.spi.objects.StoredObject;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * A plugin that keeps objects for the plugin under test, as a bucket would: {@code @FirnTest(plugin = {Mine.class,
 * ObjectKeeper.class})}. Objects are files in its directory ({@code plugins/object-keeper} in the store), so they are still
 * there after a crash. A file is the object's plugin and name, as {@link DataOutputStream#writeUTF} writes them, and its
 * bytes.
 */
public final class ObjectKeeper implements BrokerPlugin {

    @Override
    public void start(PluginContext context) throws IOException {
        context.register().objectStorage(open(context.dataDir()));
    }

    /** The objects of a directory, which is there. */
    static ObjectStorage open(Path directory) throws IOException {
        Stored storage = new Stored(directory);
        storage.load();
        return storage;
    }

    /**
     * Where an object is.
     *
     * @param start of its bytes in the file
     */
    private record Place(Path file, long start, StoredObject object) {}

    /** Any thread. */
    private static final class Stored implements ObjectStorage {

        private static final String UNFINISHED = ".part";

        private final Path directory;
        private final Map<ObjectKey, Place> places = new ConcurrentHashMap<>();
        private final AtomicLong files = new AtomicLong();

        Stored(Path directory) {
            this.directory = directory;
        }

        void load() throws IOException {
            try (Stream<Path> all = Files.list(directory)) {
                for (Path file : all.toList()) {
                    String name = String.valueOf(file.getFileName());
                    if (name.endsWith(UNFINISHED)) {
                        Files.delete(file);
                    } else if (name.matches("[0-9]+")) {
                        files.accumulateAndGet(Long.parseLong(name), Math::max);
                        load(file);
                    }
                }
            }
        }

        private void load(Path file) throws IOException {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
                ObjectKey key = new ObjectKey(in.readUTF(), in.readUTF());
                long start = channel.position();
                StoredObject object = new StoredObject(key.name(), channel.size() - start, OptionalInt.empty());
                places.put(key, new Place(file, start, object));
            }
        }

        /** What may fail. */
        private interface Work<T> {
            T run() throws IOException;
        }

        private static <T> T call(String what, CancelToken token, Work<T> work) throws ObjectException {
            if (token.isCancelled()) {
                throw new ObjectException(Reason.CANCELLED, what + ": cancelled");
            }
            try {
                return work.run();
            } catch (ObjectException e) {
                throw e;
            } catch (IOException e) {
                throw new ObjectException(Reason.REFUSED, what + ": " + e, e);
            }
        }

        @Override
        public StoredObject put(ObjectKey key, ObjectContent content, CancelToken token) throws ObjectException {
            return call("put " + key, token, () -> {
                Path file = directory.resolve(Long.toString(files.incrementAndGet()));
                Path part = directory.resolve(file.getFileName() + UNFINISHED);
                Place place = write(key, content, file, part);
                if (places.putIfAbsent(key, place) != null) {
                    Files.delete(part);
                    throw new ObjectException(Reason.EXISTS, "put " + key + ": it exists");
                }
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
                return place.object();
            });
        }

        private static Place write(ObjectKey key, ObjectContent content, Path file, Path part) throws IOException {
            try (FileChannel channel =
                    FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                DataOutputStream head = new DataOutputStream(Channels.newOutputStream(channel));
                head.writeUTF(key.plugin());
                head.writeUTF(key.name());
                long start = channel.position();
                CRC32C crc = new CRC32C();
                copy(content, Channels.newChannel(new CheckedOutputStream(Channels.newOutputStream(channel), crc)));
                if (channel.position() - start != content.lengthBytes()) {
                    throw new EOFException(content + " has " + (channel.position() - start) + " bytes only");
                }
                OptionalInt sum = OptionalInt.of((int) crc.getValue());
                return new Place(file, start, new StoredObject(key.name(), content.lengthBytes(), sum));
            } catch (IOException e) {
                Files.deleteIfExists(part);
                throw e;
            }
        }

        private static void copy(ObjectContent content, WritableByteChannel out) throws IOException {
            switch (content) {
                case ObjectContent.Bytes(List<ByteBuffer> buffers) -> {
                    for (ByteBuffer buffer : buffers) {
                        out.write(buffer.duplicate());
                    }
                }
                case ObjectContent.Region region -> {
                    try (FileChannel from = FileChannel.open(region.file(), StandardOpenOption.READ)) {
                        from.transferTo(region.position(), region.lengthBytes(), out);
                    }
                }
            }
        }

        private Place find(String what, ObjectKey key) throws ObjectException {
            Place place = places.get(key);
            if (place == null) {
                throw new ObjectException(Reason.MISSING, what + ": there is no such object");
            }
            return place;
        }

        @Override
        public void read(ObjectKey key, long offset, ByteBuffer into, CancelToken token) throws ObjectException {
            boolean whole = call("read " + key, token, () -> {
                Place place = find("read " + key, key);
                try (FileChannel channel = FileChannel.open(place.file(), StandardOpenOption.READ)) {
                    long at = place.start() + offset;
                    int read = 0;
                    while (into.hasRemaining() && read >= 0) {
                        read = channel.read(into, at);
                        at += read;
                    }
                    return read >= 0;
                }
            });
            if (!whole) {
                throw new ObjectException(Reason.DAMAGED, "read " + key + " from " + offset + ": it is shorter");
            }
        }

        @Override
        public StoredObject head(ObjectKey key, CancelToken token) throws ObjectException {
            return call("head " + key, token, () -> find("head " + key, key).object());
        }

        @Override
        public List<StoredObject> list(Listing listing, CancelToken token) throws ObjectException {
            return call(
                    "list " + listing,
                    token,
                    () -> places.entrySet().stream()
                            .filter(entry -> entry.getKey().plugin().equals(listing.plugin()))
                            .map(entry -> entry.getValue().object())
                            .filter(object -> object.name().startsWith(listing.prefix()))
                            .filter(object -> object.name().compareTo(listing.after()) > 0)
                            .sorted(Comparator.comparing(StoredObject::name))
                            .limit(listing.max())
                            .toList());
        }

        @Override
        public void delete(ObjectKey key, CancelToken token) throws ObjectException {
            boolean deleted = call("delete " + key, token, () -> {
                Place place = places.remove(key);
                return place != null && Files.deleteIfExists(place.file());
            });
            assert !deleted || !places.containsKey(key);
        }
    }
}
