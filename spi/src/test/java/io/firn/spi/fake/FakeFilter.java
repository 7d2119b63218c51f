package io.firn.spi.fake;

import io.firn.spi.message.FrameView;
import io.firn.spi.message.MessageFilterView;

/** Wants messages of one tag, or all. Any thread. */
public final class FakeFilter implements MessageFilterView {

    private final String tag;

    private FakeFilter(String tag) {
        this.tag = tag;
    }

    /** Wants every message. */
    public static FakeFilter all() {
        return new FakeFilter("");
    }

    /** Wants messages of this tag. */
    public static FakeFilter tag(String tag) {
        return new FakeFilter(tag);
    }

    @Override
    public boolean matchesAll() {
        return tag.isEmpty();
    }

    @Override
    public boolean matches(long tagsCode) {
        return tag.isEmpty() || tagsCode == tag.hashCode();
    }

    @Override
    public boolean needsFrame() {
        return false;
    }

    @Override
    public boolean matches(FrameView frame) {
        return matches(frame.tagsCode());
    }
}
