package io.firn.broker.query;

import io.firn.broker.server.ReplyBody;
import java.nio.ByteBuffer;
import java.util.List;

/** Records back to back as the body of a reply; held until the server has written or dropped them. */
record RecordsBody(List<StoredRecord> records) implements ReplyBody {

    @Override
    public int length() {
        return records.stream().mapToInt(record -> record.slice().size()).sum();
    }

    @Override
    public int sliceCount() {
        return records.size();
    }

    @Override
    public ByteBuffer slice(int index) {
        return records.get(index).slice().asByteBuffer();
    }

    @Override
    public void close() {
        records.forEach(StoredRecord::close);
    }
}
