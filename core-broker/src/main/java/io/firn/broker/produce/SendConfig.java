package io.firn.broker.produce;

import io.firn.broker.runtime.ByteSize;
import io.firn.broker.runtime.ConfigView;

/**
 * What a send is allowed to be and what the broker adds to it.
 *
 * @param clusterName added to every single message, requesters of replies need it
 * @param region added to every single message
 * @param trace whether clients are told to trace their messages
 * @param maxBodySize largest body of a message or batch
 */
public record SendConfig(String clusterName, String region, Tracing trace, ByteSize maxBodySize) {

    /** Whether clients trace the messages they send. */
    public enum Tracing {
        ON,
        OFF
    }

    /** Reads the keys of this room. */
    public static SendConfig from(ConfigView view, String clusterName) {
        return new SendConfig(
                clusterName,
                view.string("regionId", "DefaultRegion", "Region name, added to every message."),
                view.flag("traceOn", true, "Whether clients are told to trace their messages.")
                        ? Tracing.ON
                        : Tracing.OFF,
                view.bytes(
                        "maxMessageSize",
                        ByteSize.ofMebibytes(4),
                        new ByteSize(1024),
                        ByteSize.ofMebibytes(15),
                        "Largest body of a message, or of a whole batch."));
    }
}
