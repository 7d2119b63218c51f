package io.firn.tiered.fault;

import io.firn.tiered.store.RequestKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/** What each request does to the bucket, and its answer. Stateless beside the bucket. */
final class S3Semantics {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");
    private static final int MIN_PART_BYTES = 5 << 20;

    private final String bucketName;
    private final BucketState bucket;

    S3Semantics(String bucketName, BucketState bucket) {
        this.bucketName = bucketName;
        this.bucket = bucket;
    }

    static RequestKind kind(HttpRequest request) {
        return switch (request.method()) {
            case "PUT" -> request.asks("partNumber") ? RequestKind.UPLOAD_PART : RequestKind.PUT;
            case "HEAD" -> RequestKind.HEAD;
            case "DELETE" -> request.asks("uploadId") ? RequestKind.ABORT_UPLOAD : RequestKind.DELETE;
            case "POST" -> {
                if (request.asks("delete")) {
                    yield RequestKind.DELETE_BATCH;
                }
                yield request.asks("uploads") ? RequestKind.CREATE_UPLOAD : RequestKind.COMPLETE_UPLOAD;
            }
            default -> {
                if (request.asks("uploads")) {
                    yield RequestKind.LIST_UPLOADS;
                }
                yield request.asks("list-type") ? RequestKind.LIST : RequestKind.GET;
            }
        };
    }

    /** The object's key, or the prefix of a listing. */
    static String key(HttpRequest request) {
        int slash = request.path().indexOf('/', 1);
        return slash < 0 || slash == request.path().length() - 1
                ? request.param("prefix", "")
                : request.path().substring(slash + 1);
    }

    HttpReply answer(HttpRequest request) throws IOException {
        if (!request.path().equals("/" + bucketName) && !request.path().startsWith("/" + bucketName + "/")) {
            return HttpReply.error(404, "NoSuchBucket", "no bucket in " + S3Xml.escape(request.path()));
        }
        String broken = brokenSum(request);
        if (broken != null) {
            return HttpReply.error(400, "BadDigest", broken);
        }
        String key = key(request);
        return switch (kind(request)) {
            case PUT -> put(key, request);
            case GET -> get(key, request);
            case HEAD -> head(key, request);
            case LIST -> list(request);
            case DELETE -> {
                bucket.remove(key);
                yield HttpReply.of(204);
            }
            case DELETE_BATCH -> deleteAll(request);
            case CREATE_UPLOAD ->
                HttpReply.xml(
                        200,
                        "<InitiateMultipartUploadResult><Bucket>" + bucketName
                                + "</Bucket><Key>" + S3Xml.escape(key) + "</Key><UploadId>"
                                + bucket.begin(key, kept(request))
                                + "</UploadId></InitiateMultipartUploadResult>");
            case UPLOAD_PART -> uploadPart(request);
            case COMPLETE_UPLOAD -> complete(key, request);
            case ABORT_UPLOAD -> bucket.end(request.param("uploadId", "")) ? HttpReply.of(204) : noSuchUpload();
            case LIST_UPLOADS -> listUploads(request);
        };
    }

    static String crc32c(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private HttpReply put(String key, HttpRequest request) {
        byte[] bytes = request.body();
        BucketState.Stored stored = new BucketState.Stored(
                bytes, md5(bytes), now(), kept(request), request.header("x-amz-checksum-crc32c"));
        if (!bucket.put(key, stored, "*".equals(request.header("if-none-match")))) {
            return HttpReply.error(412, "PreconditionFailed", "the key exists");
        }
        return HttpReply.of(200).with("ETag", quoted(stored.etag()));
    }

    private HttpReply head(String key, HttpRequest request) {
        BucketState.Stored stored = bucket.get(key);
        return stored == null ? HttpReply.of(404) : described(stored, request).carrying(stored.bytes());
    }

    private HttpReply get(String key, HttpRequest request) {
        BucketState.Stored stored = bucket.get(key);
        if (stored == null) {
            return HttpReply.error(404, "NoSuchKey", "no such object");
        }
        String range = request.header("range");
        byte[] all = stored.bytes();
        if (range == null) {
            return described(stored, request).carrying(all);
        }
        Matcher matcher = RANGE.matcher(range);
        if (!matcher.matches()) {
            return HttpReply.error(400, "InvalidArgument", "range " + S3Xml.escape(range));
        }
        boolean suffix = matcher.group(1).isEmpty();
        long first =
                suffix ? Math.max(0, all.length - Long.parseLong(matcher.group(2))) : Long.parseLong(matcher.group(1));
        long last = suffix || matcher.group(2).isEmpty()
                ? all.length - 1L
                : Math.min(all.length - 1L, Long.parseLong(matcher.group(2)));
        if (first > last) {
            return HttpReply.error(416, "InvalidRange", "the object has " + all.length + " bytes");
        }
        HttpReply whole = described(stored, request);
        return new HttpReply(206, whole.headers(), Arrays.copyOfRange(all, (int) first, (int) last + 1))
                .with("Content-Range", "bytes " + first + "-" + last + "/" + all.length);
    }

    private HttpReply described(BucketState.Stored stored, HttpRequest request) {
        HttpReply reply = new HttpReply(200, stored.headers(), new byte[0])
                .with("ETag", quoted(stored.etag()))
                .with("Last-Modified", httpDate(stored.modified()))
                .with("Content-Type", "application/octet-stream");
        if ("ENABLED".equals(request.header("x-amz-checksum-mode")) && stored.crc32c() != null) {
            return reply.with("x-amz-checksum-crc32c", stored.crc32c()).with("x-amz-checksum-type", "FULL_OBJECT");
        }
        return reply;
    }

    private HttpReply list(HttpRequest request) {
        int max = Math.min(1000, Integer.parseInt(request.param("max-keys", "1000")));
        String after = request.param("start-after", "");
        StringBuilder xml =
                new StringBuilder("<ListBucketResult><Name>").append(bucketName).append("</Name>");
        xml.append("<EncodingType>url</EncodingType>");
        int count = 0;
        boolean more = false;
        SortedMap<String, BucketState.Stored> page = bucket.all(request.param("prefix", ""));
        for (Map.Entry<String, BucketState.Stored> object : page.entrySet()) {
            if (page.comparator().compare(object.getKey(), after) <= 0) {
                continue;
            }
            if (count == max) {
                more = true;
                break;
            }
            count++;
            BucketState.Stored stored = object.getValue();
            xml.append("<Contents><Key>")
                    .append(S3Xml.url(object.getKey()))
                    .append("</Key><LastModified>")
                    .append(stored.modified())
                    .append("</LastModified><ETag>&quot;")
                    .append(stored.etag())
                    .append("&quot;</ETag><Size>")
                    .append(stored.bytes().length)
                    .append("</Size></Contents>");
        }
        xml.append("<KeyCount>")
                .append(count)
                .append("</KeyCount><IsTruncated>")
                .append(more);
        return HttpReply.xml(
                200, xml.append("</IsTruncated></ListBucketResult>").toString());
    }

    private HttpReply deleteAll(HttpRequest request) throws IOException {
        for (Element object : S3Xml.elements(request.body(), "Object")) {
            bucket.remove(S3Xml.text(object, "Key"));
        }
        return HttpReply.xml(200, "<DeleteResult></DeleteResult>");
    }

    private HttpReply uploadPart(HttpRequest request) {
        byte[] bytes = request.body();
        int number = Integer.parseInt(request.param("partNumber", "0"));
        BucketState.Part part = new BucketState.Part(bytes, md5(bytes), request.header("x-amz-checksum-crc32c"));
        return bucket.addPart(request.param("uploadId", ""), number, part)
                ? HttpReply.of(200).with("ETag", quoted(part.etag()))
                : noSuchUpload();
    }

    private HttpReply complete(String key, HttpRequest request) throws IOException {
        BucketState.Upload upload = bucket.upload(request.param("uploadId", ""));
        if (upload == null) {
            return noSuchUpload();
        }
        List<Element> listed = S3Xml.elements(request.body(), "Part");
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (int i = 0; i < listed.size(); i++) {
            int number = Integer.parseInt(S3Xml.text(listed.get(i), "PartNumber"));
            BucketState.Part part = upload.parts().get(number);
            if (part == null
                    || !part.etag().equals(S3Xml.text(listed.get(i), "ETag").replace("\"", ""))) {
                return HttpReply.error(400, "InvalidPart", "part " + number);
            }
            if (i < listed.size() - 1 && part.bytes().length < MIN_PART_BYTES) {
                return HttpReply.error(400, "EntityTooSmall", "part " + number);
            }
            joined.write(part.bytes());
        }
        return store(key, upload, joined.toByteArray(), request.header("x-amz-checksum-crc32c"));
    }

    private HttpReply store(String key, BucketState.Upload upload, byte[] bytes, @Nullable String crc) {
        if (crc != null && !crc.equals(crc32c(bytes))) {
            return HttpReply.error(400, "BadDigest", "the checksum of the whole object is " + crc32c(bytes));
        }
        BucketState.Stored stored =
                new BucketState.Stored(bytes, md5(bytes) + "-" + upload.parts().size(), now(), upload.headers(), crc);
        bucket.put(key, stored, false);
        bucket.end(upload.id());
        return HttpReply.xml(
                200,
                "<CompleteMultipartUploadResult><Key>" + S3Xml.escape(key) + "</Key><ETag>&quot;" + stored.etag()
                        + "&quot;</ETag></CompleteMultipartUploadResult>");
    }

    private HttpReply listUploads(HttpRequest request) {
        StringBuilder xml = new StringBuilder("<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>");
        for (BucketState.Upload upload : bucket.uploads(request.param("prefix", ""))) {
            xml.append("<Upload><Key>")
                    .append(S3Xml.escape(upload.key()))
                    .append("</Key><UploadId>")
                    .append(upload.id())
                    .append("</UploadId><Initiated>")
                    .append(upload.begun())
                    .append("</Initiated></Upload>");
        }
        return HttpReply.xml(200, xml.append("</ListMultipartUploadsResult>").toString());
    }

    private static HttpReply noSuchUpload() {
        return HttpReply.error(404, "NoSuchUpload", "completed or aborted");
    }

    /** What is wrong with the checksum the client sent; null when nothing is. Completion sends that of the object. */
    private static @Nullable String brokenSum(HttpRequest request) {
        String crc = request.header("x-amz-checksum-crc32c");
        if (crc != null && kind(request) != RequestKind.COMPLETE_UPLOAD && !crc.equals(crc32c(request.body()))) {
            return "the CRC32C of the body is " + crc32c(request.body());
        }
        String md5 = request.header("content-md5");
        if (md5 != null
                && !Arrays.equals(
                        Base64.getDecoder().decode(md5), HexFormat.of().parseHex(md5(request.body())))) {
            return "the MD5 of the body is " + md5(request.body());
        }
        return null;
    }

    private static Map<String, String> kept(HttpRequest request) {
        Map<String, String> kept = new TreeMap<>();
        new ArrayList<>(request.headers().keySet())
                .stream()
                        .filter(name -> name.startsWith("x-amz-meta-")
                                || name.startsWith("x-amz-server-side-encryption")
                                || name.equals("x-amz-storage-class"))
                        .forEach(name -> kept.put(name, request.headers().get(name)));
        return kept;
    }

    private static Instant now() {
        return Instant.now();
    }

    static String httpDate(Instant instant) {
        return DateTimeFormatter.RFC_1123_DATE_TIME
                .format(instant.atOffset(ZoneOffset.UTC))
                .replace("Z", "GMT");
    }

    private static String quoted(String etag) {
        return "\"" + etag + "\"";
    }

    private static String md5(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
