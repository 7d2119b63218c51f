package io.firn.broker.plugin.read;

import io.firn.broker.record.RecordFilter;
import io.firn.broker.record.RecordView;
import io.firn.spi.message.FrameView;
import io.firn.spi.message.MessageFilterView;
import java.lang.foreign.MemorySegment;

/** A subscription's filter as plugins see it, and the reverse. Immutable; as thread-safe as the filter. */
record FilterView(RecordFilter filter) implements MessageFilterView {

    @Override
    public boolean matchesAll() {
        return filter.equals(RecordFilter.ALL);
    }

    @Override
    public boolean matches(long tagsCode) {
        return filter.matches(tagsCode);
    }

    @Override
    public boolean needsFrame() {
        return filter.needsRecord();
    }

    @Override
    public boolean matches(FrameView frame) {
        MemorySegment memory = MemorySegment.ofBuffer(frame.bytes());
        return filter.matches(new RecordView().wrap(memory, 0, memory.byteSize()));
    }

    /** What a plugin wants of the base under its queue. */
    static RecordFilter filterOf(MessageFilterView wanted) {
        if (wanted instanceof FilterView ours) {
            return ours.filter;
        }
        return new RecordFilter() {
            @Override
            public boolean matches(long tagsCode) {
                return wanted.matches(tagsCode);
            }

            @Override
            public boolean needsRecord() {
                return wanted.needsFrame();
            }

            @Override
            public boolean matches(RecordView record) {
                long from = record.offset();
                return wanted.matches(new FrameView()
                        .wrap(record.memory().asSlice(from, record.totalSize()).asByteBuffer()));
            }
        };
    }
}
