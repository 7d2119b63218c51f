package io.firn.tiered.objects;

import io.firn.spi.objects.ObjectContent;
import io.firn.tiered.store.Payload;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/** Part of a file, read as often as it is sent. */
record RegionPayload(ObjectContent.Region region) implements Payload {
    @Override
    public long lengthBytes() {
        return region.lengthBytes();
    }

    @Override
    public InputStream open() throws IOException {
        return new RegionStream(region, FileChannel.open(region.file(), StandardOpenOption.READ));
    }

    /** One pass over the region; owned by the thread that opened it. */
    private static final class RegionStream extends InputStream {
        private final ObjectContent.Region region;
        private final FileChannel channel;
        private long done;

        RegionStream(ObjectContent.Region region, FileChannel channel) {
            this.region = region;
            this.channel = channel;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            int wanted = (int) Math.min(length, region.lengthBytes() - done);
            if (wanted <= 0) {
                return length == 0 ? 0 : -1;
            }
            int got = channel.read(ByteBuffer.wrap(into, offset, wanted), region.position() + done);
            if (got < 0) {
                throw new EOFException(region.file() + " ends before byte " + (region.position() + region.lengthBytes())
                        + " of the region to store");
            }
            done += got;
            return got;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
