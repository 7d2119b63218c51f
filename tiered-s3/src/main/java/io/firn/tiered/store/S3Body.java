package io.firn.tiered.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** The body of one GET, checked against what was asked for. Used once, by one thread. */
final class S3Body {
    private static final int CHUNK_BYTES = 64 << 10;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+)");

    private final String what;
    private final ByteRange range;
    private final ResponseInputStream<GetObjectResponse> body;

    S3Body(String what, ByteRange range, ResponseInputStream<GetObjectResponse> body) {
        this.what = what;
        this.range = range;
        this.body = body;
    }

    /** What the reply says it carries. */
    private record Extent(long offset, int length, long objectBytes) {}

    /** Reads the whole body; anything else aborts the connection instead of draining it. */
    ObjectRead readInto(ByteBuffer into) throws IOException {
        boolean complete = false;
        try {
            int start = into.position();
            Extent extent = extent(body.response());
            fill(into, extent.length);
            if (range instanceof ByteRange.Whole) {
                checkSum(into.slice(start, extent.length));
            }
            complete = true;
            return new ObjectRead(
                    extent.offset,
                    extent.length,
                    extent.objectBytes,
                    S3Requests.unquoted(body.response().eTag()));
        } finally {
            if (!complete) {
                body.abort();
            }
        }
    }

    private Extent extent(GetObjectResponse reply) {
        if (range instanceof ByteRange.Whole(int maxBytes)) {
            long length = reply.contentLength();
            if (length > maxBytes) {
                throw new StoreException.Corrupt(
                        what + ": the object has " + length + " bytes, expected at most " + maxBytes, null);
            }
            return new Extent(0, (int) length, length);
        }
        Extent extent = parsed(reply.contentRange());
        if (range instanceof ByteRange.Exact(long offset, int length)) {
            if (extent.offset != offset || extent.length > length) {
                throw otherRange(reply.contentRange());
            }
            if (extent.length < length) {
                throw new StoreException.Corrupt(
                        what + ": the object has " + extent.objectBytes + " bytes, expected " + length + " at "
                                + offset,
                        null);
            }
        } else if (extent.length != Math.min(range.maxBytes(), extent.objectBytes)
                || extent.offset + extent.length != extent.objectBytes) {
            throw otherRange(reply.contentRange());
        }
        return extent;
    }

    private Extent parsed(@Nullable String contentRange) {
        Matcher matcher = CONTENT_RANGE.matcher(contentRange == null ? "" : contentRange);
        if (!matcher.matches()) {
            throw otherRange(contentRange);
        }
        try {
            long first = Long.parseLong(matcher.group(1));
            long last = Long.parseLong(matcher.group(2));
            return new Extent(first, Math.toIntExact(last - first + 1), Long.parseLong(matcher.group(3)));
        } catch (NumberFormatException | ArithmeticException e) {
            throw new StoreException.Fatal(what + ": the store answered with the range '" + contentRange + "'", e);
        }
    }

    private StoreException otherRange(@Nullable String contentRange) {
        return new StoreException.Fatal(
                what + ": asked for " + range + ", the store answered "
                        + (contentRange == null ? "with the whole object" : "'" + contentRange + "'")
                        + "; it does not serve exact ranges",
                null);
    }

    private void fill(ByteBuffer into, int length) throws IOException {
        byte[] chunk = new byte[into.hasArray() ? 0 : Math.clamp(length, 1, CHUNK_BYTES)];
        for (int left = length; left > 0; ) {
            int got = into.hasArray() ? readArray(body, into, left) : readChunk(body, into, chunk, left);
            if (got < 0) {
                throw new IOException("the reply ended " + left + " bytes early");
            }
            left -= got;
        }
    }

    private static int readArray(InputStream in, ByteBuffer into, int atMost) throws IOException {
        int got = in.read(into.array(), into.arrayOffset() + into.position(), atMost);
        if (got > 0) {
            into.position(into.position() + got);
        }
        return got;
    }

    private static int readChunk(InputStream in, ByteBuffer into, byte[] chunk, int atMost) throws IOException {
        int got = in.read(chunk, 0, Math.min(atMost, chunk.length));
        if (got > 0) {
            into.put(chunk, 0, got);
        }
        return got;
    }

    private void checkSum(ByteBuffer bytes) {
        // read to the last byte and no further: the SDK's own check would come at the end of the stream
        OptionalInt expected = S3Requests.expectedSum(body.response());
        if (expected.isPresent() && expected.getAsInt() != Checksums.of(bytes)) {
            throw new StoreException.Corrupt(what + ": the bytes do not match the object's CRC-32C", null);
        }
    }
}
