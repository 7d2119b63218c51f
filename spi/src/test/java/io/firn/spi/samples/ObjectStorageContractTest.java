package io.firn.spi.samples;

import io.firn.spi.contract.CancelToken;
import io.firn.spi.fake.FakeCancelToken;
import io.firn.spi.fake.FakeObjectStorage;
import io.firn.spi.objects.ObjectContent;
import io.firn.spi.objects.ObjectException;
import io.firn.spi.objects.ObjectException.Reason;
import io.firn.spi.objects.ObjectKey;
import io.firn.spi.objects.ObjectStorage;
import io.firn.spi.objects.StoredObject;
import io.firn.spi.tck.ObjectStorageContract;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ObjectStorageContractTest {

    @Test
    void passesForObjectsInMemory() {
        Suites.assertKeeps(Keeps.class);
    }

    @Test
    void failsForEachBrokenClause() {
        Suites.assertEachClauseIsNeeded(ObjectStorageContract.class, ObjectStorageContractTest.class);
    }

    /** Keeps objects as it should. A subclass breaks one step. */
    static class Keeps extends ObjectStorageContract implements ObjectStorage {

        final FakeObjectStorage objects = new FakeObjectStorage();

        @Override
        protected final ObjectStorage storage() {
            return this;
        }

        @Override
        public StoredObject put(ObjectKey key, ObjectContent content, CancelToken token) throws ObjectException {
            return objects.put(key, content, token);
        }

        @Override
        public void read(ObjectKey key, long offset, ByteBuffer into, CancelToken token) throws ObjectException {
            objects.read(key, offset, into, token);
        }

        @Override
        public StoredObject head(ObjectKey key, CancelToken token) throws ObjectException {
            return objects.head(key, token);
        }

        @Override
        public List<StoredObject> list(Listing listing, CancelToken token) throws ObjectException {
            return objects.list(listing, token);
        }

        @Override
        public void delete(ObjectKey key, CancelToken token) throws ObjectException {
            objects.delete(key, token);
        }
    }

    static final class GivesBackWhatWasPut extends Keeps {
        @Override
        public void read(ObjectKey key, long offset, ByteBuffer into, CancelToken token) {
            into.position(into.limit());
        }
    }

    static final class PutsSeveralBuffersAsOneAndLeavesThemAlone extends Keeps {
        @Override
        public StoredObject put(ObjectKey key, ObjectContent content, CancelToken token) throws ObjectException {
            ObjectContent first = content instanceof ObjectContent.Bytes(List<ByteBuffer> buffers)
                    ? new ObjectContent.Bytes(buffers.subList(0, 1))
                    : content;
            return objects.put(key, first, token);
        }
    }

    static final class PutsPartOfAFile extends Keeps {
        @Override
        public StoredObject put(ObjectKey key, ObjectContent content, CancelToken token) throws ObjectException {
            return objects.put(
                    key,
                    content instanceof ObjectContent.Region region
                            ? new ObjectContent.Region(region.file(), 0, region.lengthBytes())
                            : content,
                    token);
        }
    }

    static final class RefusesAFileThatIsShorterThanItsRegion extends Keeps {
        @Override
        public StoredObject put(ObjectKey key, ObjectContent content, CancelToken token) throws ObjectException {
            if (content instanceof ObjectContent.Region region) {
                long bytes =
                        Math.min(region.lengthBytes(), region.file().toFile().length() - region.position());
                return objects.put(key, new ObjectContent.Region(region.file(), region.position(), bytes), token);
            }
            return objects.put(key, content, token);
        }
    }

    static final class TellsTheChecksumOfWhatWasSent extends Keeps {
        @Override
        public StoredObject put(ObjectKey key, ObjectContent content, CancelToken token) throws ObjectException {
            StoredObject stored = objects.put(key, content, token);
            return new StoredObject(stored.name(), stored.lengthBytes(), OptionalInt.empty());
        }
    }

    static final class TellsTheLengthAndNoWrongChecksumLater extends Keeps {
        @Override
        public StoredObject head(ObjectKey key, CancelToken token) throws ObjectException {
            StoredObject head = objects.head(key, token);
            return new StoredObject(head.name(), head.lengthBytes(), OptionalInt.of(1));
        }
    }

    /** A put that replaces. */
    abstract static class Replaces extends Keeps {
        @Override
        public StoredObject put(ObjectKey key, ObjectContent content, CancelToken token) throws ObjectException {
            objects.delete(key, token);
            return objects.put(key, content, token);
        }
    }

    static final class CreatesANameOnce extends Replaces {}

    static final class LetsOneOfManyCreateAName extends Replaces {}

    static final class ReadsRanges extends Keeps {
        @Override
        public void read(ObjectKey key, long offset, ByteBuffer into, CancelToken token) throws ObjectException {
            objects.read(key, 0, into, token);
        }
    }

    static final class ReadsNothingBehindTheEnd extends Keeps {
        @Override
        public void read(ObjectKey key, long offset, ByteBuffer into, CancelToken token) throws ObjectException {
            long there = objects.head(key, token).lengthBytes() - offset;
            if (there > 0) {
                objects.read(key, offset, into.limit((int) Math.min(into.limit(), into.position() + there)), token);
            }
        }
    }

    static final class SaysWhatIsMissing extends Keeps {
        @Override
        public StoredObject head(ObjectKey key, CancelToken token) throws ObjectException {
            try {
                return objects.head(key, token);
            } catch (ObjectException e) {
                throw new ObjectException(Reason.REFUSED, "something is wrong", e);
            }
        }
    }

    static final class ListsByPrefixInOrder extends Keeps {
        @Override
        public List<StoredObject> list(Listing listing, CancelToken token) throws ObjectException {
            return objects.list(listing, token).reversed();
        }
    }

    static final class ListsPageByPage extends Keeps {
        @Override
        public List<StoredObject> list(Listing listing, CancelToken token) throws ObjectException {
            List<StoredObject> page = objects.list(listing, token);
            return page.size() == listing.max() ? page.subList(0, page.size() - 1) : page;
        }
    }

    static final class KeepsPluginsApart extends Keeps {
        @Override
        public List<StoredObject> list(Listing listing, CancelToken token) throws ObjectException {
            List<StoredObject> all = new ArrayList<>(objects.list(listing, token));
            if (!listing.plugin().endsWith("2")) {
                all.addAll(objects.list(new Listing("mine2", listing.prefix(), "", listing.max()), token));
            }
            return all;
        }
    }

    static final class DeletesForGoodAndAgain extends Keeps {
        @Override
        public void delete(ObjectKey key, CancelToken token) throws ObjectException {
            objects.head(key, token);
            objects.delete(key, token);
        }
    }

    static final class EndsWhatIsCancelled extends Keeps {
        @Override
        public void delete(ObjectKey key, CancelToken token) throws ObjectException {
            objects.delete(key, new FakeCancelToken());
        }
    }

    static final class TakesTheLongestName extends Keeps {
        @Override
        public StoredObject put(ObjectKey key, ObjectContent content, CancelToken token) throws ObjectException {
            if (key.name().length() > 255) {
                throw new ObjectException(Reason.REFUSED, "put " + key + ": its name is too long");
            }
            return objects.put(key, content, token);
        }
    }
}
