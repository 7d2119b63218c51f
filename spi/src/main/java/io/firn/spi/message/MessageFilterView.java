package io.firn.spi.message;

import io.firn.spi.contract.ProvidedByBroker;

/**
 * Which messages of a queue a reader wants: its tags or its SQL expression. First look at the tag hash, then, only if
 * asked to, at the frame. Any thread; never blocks; valid as long as the request it came with.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface MessageFilterView {

    /**
     * Whether every message is wanted: nothing need be looked at.
     *
     * @since 1.0
     */
    boolean matchesAll();

    /**
     * First look. False: no message of this tag hash is wanted, for certain.
     *
     * @param tagsCode {@link FrameView#tagsCode()}, as queue entries hold it
     * @since 1.0
     */
    boolean matches(long tagsCode);

    /**
     * Whether {@link #matches(FrameView)} has to be asked too.
     *
     * @since 1.0
     */
    boolean needsFrame();

    /**
     * Last look: whether this message is wanted. What the expression can not decide is not wanted.
     *
     * @since 1.0
     */
    boolean matches(FrameView frame);
}
