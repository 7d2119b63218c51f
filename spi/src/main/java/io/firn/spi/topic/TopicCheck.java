package io.firn.spi.topic;

import io.firn.spi.contract.ImplementedByPlugin;
import org.jspecify.annotations.Nullable;

/**
 * May refuse that a topic is made or changed: for rules about several attributes, or about attributes and queues.
 *
 * @since 1.0
 */
@ImplementedByPlugin
public interface TopicCheck {

    /**
     * Says why {@code after} is not allowed. Asked after each attribute by itself was found good, on the broker's control
     * thread: answer from memory, do not block. When it throws, the change is refused with an error that names the plugin.
     *
     * @param before null when the topic is new
     * @return null to allow; else a sentence for the operator that names what is wrong and what would be right
     * @since 1.0
     */
    @Nullable
    String problem(@Nullable Topic before, Topic after);
}
