package io.firn.tiered.store;

import org.jspecify.annotations.Nullable;

/** Who signs the requests. */
public sealed interface StoreCredentials {
    /** Environment, system properties, profile file, web identity, container, instance: the SDK's own order. */
    record DefaultChain() implements StoreCredentials {}

    /**
     * Keys given in the configuration.
     *
     * @param sessionToken for temporary keys, else null
     */
    record Keys(
            String accessKey, String secretKey, @Nullable String sessionToken) implements StoreCredentials {
        public Keys {
            if (accessKey.isBlank() || secretKey.isBlank()) {
                throw new IllegalArgumentException("access key and secret key must both be given");
            }
        }

        /** Without the secrets: configurations are logged. */
        @Override
        public String toString() {
            return "Keys[accessKey=" + accessKey + ", secretKey=***"
                    + (sessionToken == null ? "" : ", sessionToken=***") + "]";
        }
    }
}
