package io.firn.compaction.queue;

import io.firn.compaction.store.FrameFilter;
import io.firn.spi.message.FrameView;
import io.firn.spi.message.MessageFilterView;
import java.lang.foreign.MemorySegment;

/** The broker's filter of one request, asked about compacted records. One thread, one read. */
final class FilterAdapter implements FrameFilter {

    private final MessageFilterView filter;
    private final FrameView frame = new FrameView();

    private FilterAdapter(MessageFilterView filter) {
        this.filter = filter;
    }

    static FrameFilter of(MessageFilterView filter) {
        return filter.matchesAll() ? FrameFilter.ALL : new FilterAdapter(filter);
    }

    @Override
    public boolean matchesTags(long tagsCode) {
        return filter.matches(tagsCode);
    }

    @Override
    public boolean matchesRecord(MemorySegment log, long at, int size) {
        return !filter.needsFrame()
                || filter.matches(frame.wrap(log.asSlice(at, size).asByteBuffer()));
    }
}
