package io.firn.broker.produce;

import io.firn.broker.runtime.ConfigView;

/**
 * What becomes of replies.
 *
 * @param stored whether each is also stored in its topic, where nobody but an operator looks for it
 */
public record ReplyConfig(boolean stored) {

    /** Reads the keys of replies. */
    public static ReplyConfig from(ConfigView view) {
        return new ReplyConfig(view.flag(
                "storeReplyMessageEnable",
                true,
                "Whether replies to requests are also stored in the topic clusterName_REPLY_TOPIC, beside being handed"
                        + " to the client that waits for them."));
    }
}
