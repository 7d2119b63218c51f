package io.firn.spi.topic;

import io.firn.spi.contract.ImplementedByPlugin;

/**
 * Told about each topic that was created, altered or deleted.
 *
 * @since 1.0
 */
@ImplementedByPlugin
public interface TopicListener {

    /**
     * {@link TopicView} shows the change already. Runs on a thread of the plugin, one change at a time, in order; may
     * block, but changes wait behind it. What it throws is logged and counted; the change is not told again.
     *
     * @since 1.0
     */
    void onChange(TopicChange change);
}
