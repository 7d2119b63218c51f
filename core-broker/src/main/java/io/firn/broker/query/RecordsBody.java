package io.firn.broker.query;

import io.firn.broker.queue.RecordSlices;
import io.firn.broker.server.ReplyBody;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Records back to back as the body of a reply; held until the server has written or dropped them.
 *
 * @param records of the local store
 * @param older of elsewhere, after them
 */
record RecordsBody(List<StoredRecord> records, List<RecordSlices> older) implements ReplyBody {

    @Override
    public int length() {
        return records.stream().mapToInt(record -> record.slice().size()).sum()
                + older.stream().mapToInt(RecordSlices::bytes).sum();
    }

    @Override
    public int sliceCount() {
        return records.size()
                + older.stream().mapToInt(RecordSlices::sliceCount).sum();
    }

    @Override
    public ByteBuffer slice(int index) {
        if (index < records.size()) {
            return records.get(index).slice().asByteBuffer();
        }
        int left = index - records.size();
        for (RecordSlices slices : older) {
            if (left < slices.sliceCount()) {
                return slices.slice(left);
            }
            left -= slices.sliceCount();
        }
        throw new IndexOutOfBoundsException("slice " + index + " of " + sliceCount());
    }

    @Override
    public void close() {
        records.forEach(StoredRecord::close);
        older.forEach(RecordSlices::close);
    }
}
