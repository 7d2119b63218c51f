package io.firn.tiered.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.firn.spi.fake.FakeCancelToken;
import io.firn.spi.objects.ObjectContent;
import io.firn.spi.objects.ObjectException;
import io.firn.spi.objects.ObjectException.Reason;
import io.firn.spi.objects.ObjectKey;
import io.firn.spi.objects.ObjectStorage;
import io.firn.spi.tck.ObjectStorageContract;
import io.firn.tiered.fault.FaultScript;
import io.firn.tiered.fault.ScriptedS3;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStores;
import io.firn.tiered.store.Purpose;
import io.firn.tiered.store.S3Endpoint;
import io.firn.tiered.store.StoreConfig;
import io.firn.tiered.store.StoreCredentials;
import io.firn.tiered.store.StoreLimits;
import io.firn.tiered.store.StoreProtection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PluginObjectsTest {

    private static final String ROOT = "00/cluster/broker/plugins/";

    private static ObjectStores stores(URI location, S3Endpoint endpoint) {
        return ObjectStores.open(
                new StoreConfig(
                        location,
                        endpoint,
                        new StoreCredentials.Keys("any", "any", null),
                        StoreProtection.DEFAULT,
                        StoreLimits.DEFAULT),
                new SecureRandom());
    }

    private static PluginObjects objects(ObjectStores stores, CancelToken ended) {
        return new PluginObjects(stores.forPurpose(Purpose.PLUGIN), ROOT, null, new SecureRandom(), ended);
    }

    @Nested
    final class InADirectory extends ObjectStorageContract {

        @TempDir
        private Path root;

        private ObjectStores stores() {
            return PluginObjectsTest.stores(root.toUri(), new S3Endpoint(null, null, S3Endpoint.Addressing.HOST));
        }

        @Override
        protected ObjectStorage storage() {
            return objects(stores(), CancelToken.none());
        }

        @Test
        void liesBelowTheRootAndThePluginsId() throws ObjectException {
            storage().put(new ObjectKey("some", "a/b"), bytes(), patient());
            assertThat(stores().forPurpose(Purpose.ADMIN).listAll("", CancelToken.none()))
                    .extracting(entry -> entry.key())
                    .containsExactly(ROOT + "some/a/b");
        }

        @Test
        void endsWhenThePluginEnds() {
            CancelToken ended = new CancelToken();
            ended.cancel();
            ObjectException failure = catchThrowableOfType(
                    ObjectException.class,
                    () -> objects(stores(), ended).put(new ObjectKey("some", "a"), bytes(), patient()));
            assertThat(failure.reason()).isEqualTo(Reason.CANCELLED);
        }
    }

    private static ObjectContent bytes() {
        return new ObjectContent.Bytes(List.of(ByteBuffer.wrap(new byte[] {1, 2, 3})));
    }

    @Nested
    final class InABucket extends ObjectStorageContract {

        private final ScriptedS3 server = ScriptedS3.start(FaultScript.none());
        private final ObjectStores stores = PluginObjectsTest.stores(
                URI.create("s3://" + ScriptedS3.BUCKET),
                new S3Endpoint(null, server.endpoint(), S3Endpoint.Addressing.PATH));

        @Override
        protected ObjectStorage storage() {
            return objects(stores, CancelToken.none());
        }

        @Test
        void saysThatAnOperatorIsNeeded() {
            ObjectStores elsewhere = PluginObjectsTest.stores(
                    URI.create("s3://no-such-bucket"),
                    new S3Endpoint(null, server.endpoint(), S3Endpoint.Addressing.PATH));
            try {
                ObjectException failure = catchThrowableOfType(
                        ObjectException.class,
                        () -> objects(elsewhere, CancelToken.none())
                                .put(new ObjectKey("some", "a"), bytes(), new FakeCancelToken()));
                assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
            } finally {
                elsewhere.close();
            }
        }

        @AfterEach
        void stop() {
            stores.close();
            server.close();
        }
    }
}
