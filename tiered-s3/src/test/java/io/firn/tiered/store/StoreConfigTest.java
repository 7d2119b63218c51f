package io.firn.tiered.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StoreConfigTest {
    @ParameterizedTest
    @CsvSource({
        "s3://bucket,bucket,''",
        "s3://bucket/,bucket,''",
        "s3://my.bucket-1/a/b,my.bucket-1,a/b/",
        "s3://b_1/a/,b_1,a/"
    })
    void readsBucketAndPrefix(String location, String bucket, String prefix) {
        StoreConfig config = StoreConfig.of(URI.create(location));

        assertThat(config.bucket()).isEqualTo(bucket);
        assertThat(config.keyPrefix()).isEqualTo(prefix);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bucket",
                "http://bucket",
                "s3:bucket",
                "s3:///x",
                "s3://key:secret@bucket",
                "s3://bucket?x=1",
                "file:relative",
                "file://host/x",
                "file:///x?y"
            })
    void refusesALocationByName(String location) {
        assertThatThrownBy(() -> StoreConfig.of(URI.create(location)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(location);
    }

    @Test
    void neverPrintsSecrets() {
        StoreCredentials keys = new StoreCredentials.Keys("AKIA1", "top-secret", "session-secret");
        StoreConfig config = new StoreConfig(
                URI.create("s3://bucket"), S3Endpoint.AMAZON, keys, StoreProtection.DEFAULT, StoreLimits.DEFAULT);

        assertThat(config.toString())
                .contains("AKIA1")
                .doesNotContain("top-secret")
                .doesNotContain("session-secret");
    }

    @Test
    void refusesAnEndpointWithoutHost() {
        assertThatThrownBy(() -> new S3Endpoint(null, URI.create("localhost:9000"), S3Endpoint.Addressing.PATH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("localhost:9000");
    }

    @Test
    void opensADirectoryWithoutAskingForARegion(@org.junit.jupiter.api.io.TempDir java.nio.file.Path directory) {
        StoreConfig config = StoreConfig.of(directory.resolve("made").toUri());
        try (ObjectStores stores = ObjectStores.open(config, new SecureRandom())) {
            ListPage page = stores.forPurpose(Purpose.RECOVERY).list("", null, 10, CancelToken.none());
            assertThat(page.objects()).isEmpty();
        }
    }
}
