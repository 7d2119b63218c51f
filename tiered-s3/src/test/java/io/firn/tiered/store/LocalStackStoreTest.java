package io.firn.tiered.store;

import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;

/** The contract on LocalStack in a container, where the machine has Docker. */
final class LocalStackStoreTest extends ObjectStoreContract {
    private static final String IMAGE = "localstack/localstack:4";

    @Override
    StoreBackend start() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            return Required.absent("localstack", "no Docker daemon answers on this machine");
        }
        LocalStackContainer server = new LocalStackContainer(IMAGE).withServices("s3");
        server.start();
        StoreConfig config = S3Backend.config(
                server.getEndpoint(),
                "contract",
                new StoreCredentials.Keys(server.getAccessKey(), server.getSecretKey(), null),
                StoreProtection.DEFAULT);
        S3Backend.createBucket(config);
        return new S3Backend(config, S3Backend.allBut(StoreBackend.Trait.CHECKS_SIGNATURES), server::stop);
    }
}
