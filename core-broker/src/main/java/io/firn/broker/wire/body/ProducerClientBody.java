package io.firn.broker.wire.body;

import org.jspecify.annotations.Nullable;

/** One producer of a group. */
public record ProducerClientBody(
        String clientId, String remoteIP, @Nullable String language, int version, long lastUpdateTimestamp) {
    public ProducerClientBody {
        clientId = Absent.text(clientId);
        remoteIP = Absent.text(remoteIP);
    }
}
