package io.firn.tiered.store;

import io.firn.tiered.fault.FaultScript;
import io.firn.tiered.fault.ScriptedS3;

/** The contract on our own server. */
final class ScriptedS3StoreTest extends ObjectStoreContract {
    @Override
    StoreBackend start() {
        ScriptedS3 server = ScriptedS3.start(FaultScript.none());
        StoreConfig config = S3Backend.config(
                server.endpoint(),
                ScriptedS3.BUCKET,
                new StoreCredentials.Keys("any", "any", null),
                StoreProtection.DEFAULT);
        return new S3Backend(config, S3Backend.allBut(StoreBackend.Trait.CHECKS_SIGNATURES), server::close);
    }
}
