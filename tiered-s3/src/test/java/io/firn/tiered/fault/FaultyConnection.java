package io.firn.tiered.fault;

import io.firn.tiered.store.RequestKind;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Serves one connection, with the faults its requests are due; used by one thread. */
final class FaultyConnection {
    private static final Duration ALLOWED_SKEW = Duration.ofMinutes(15);
    private static final int CAPPED_CHUNK_BYTES = 16 << 10;
    private static final DateTimeFormatter AMZ_DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX").withZone(ZoneOffset.UTC);

    private final Socket socket;
    private final ScriptedS3 server;
    private final InputStream in;
    private final OutputStream out;

    FaultyConnection(Socket socket, ScriptedS3 server) throws IOException {
        this.socket = socket;
        this.server = server;
        this.in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
        this.out = socket.getOutputStream();
    }

    void serve() throws IOException {
        for (HttpWire.Head head = HttpWire.readHead(in); head != null; head = HttpWire.readHead(in)) {
            if (!serve(head)) {
                return;
            }
        }
    }

    /** Serves one request; false when the connection is done for. */
    private boolean serve(HttpWire.Head head) throws IOException {
        HttpRequest bodyless = head.with(new byte[0]);
        RequestKind kind = S3Semantics.kind(bodyless);
        String key = S3Semantics.key(bodyless);
        List<Fault> faults = server.faults(kind, key, head.bodyBytes());
        if (head.headers().getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
            out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        Fault.ResetInRequest cut = first(faults, Fault.ResetInRequest.class);
        if (cut != null) {
            in.skipNBytes(Math.min(cut.atByte(), head.bodyBytes()));
            server.log().add(new RequestLog.Entry(kind, key, 0, cut.atByte(), 0));
            return reset();
        }
        byte[] body = in.readNBytes(head.bodyBytes());
        if (body.length < head.bodyBytes()) {
            throw new EOFException("request body broke off");
        }
        HttpReply reply = answer(head.with(body), faults);
        boolean lost = first(faults, Fault.LoseReply.class) != null;
        server.log()
                .add(new RequestLog.Entry(
                        kind,
                        key,
                        lost ? 0 : reply.status(),
                        body.length,
                        kind == RequestKind.HEAD ? 0 : reply.body().length));
        return lost ? reset() : send(kind, reply, faults);
    }

    private HttpReply answer(HttpRequest request, List<Fault> faults) throws IOException {
        for (Fault fault : faults) {
            switch (fault) {
                case Fault.Refuse(int status, String code) -> {
                    return HttpReply.error(status, code, "as scripted");
                }
                case Fault.ErrorIn200(String code) -> {
                    return HttpReply.error(200, code, "as scripted");
                }
                case Fault.SkewedClock(Duration ahead) -> {
                    if (isTooFarFrom(request, Instant.now().plus(ahead))) {
                        return HttpReply.error(403, "RequestTimeTooSkewed", "as scripted");
                    }
                }
                case Fault.StoreFlipped(int atByte) -> {
                    return server.semantics().answer(flipped(request, atByte));
                }
                case Fault.FailAfterEffect(int status, String code) -> {
                    var _ = server.semantics().answer(request);
                    return HttpReply.error(status, code, "as scripted, after the effect");
                }
                default -> {}
            }
        }
        return server.semantics().answer(request);
    }

    private static HttpRequest flipped(HttpRequest request, int atByte) {
        byte[] body = request.body().clone();
        body[Math.min(atByte, body.length - 1)] ^= 1;
        Map<String, String> headers = new java.util.TreeMap<>(request.headers());
        headers.remove("content-md5");
        headers.computeIfPresent("x-amz-checksum-crc32c", (name, crc) -> S3Semantics.crc32c(body));
        return new HttpRequest(request.method(), request.path(), request.query(), headers, body);
    }

    private static boolean isTooFarFrom(HttpRequest request, Instant now) {
        String signed = request.header("x-amz-date");
        return signed != null
                && Duration.between(Instant.from(AMZ_DATE.parse(signed)), now)
                                .abs()
                                .compareTo(ALLOWED_SKEW)
                        > 0;
    }

    private boolean send(RequestKind kind, HttpReply reply, List<Fault> faults) throws IOException {
        Fault.Delay delay = first(faults, Fault.Delay.class);
        if (delay != null) {
            pause(delay.firstByte());
        }
        Fault.SkewedClock skew = first(faults, Fault.SkewedClock.class);
        Instant date = Instant.now().plus(skew == null ? Duration.ZERO : skew.ahead());
        out.write(head(reply, S3Semantics.httpDate(date)).getBytes(StandardCharsets.UTF_8));
        if (kind == RequestKind.HEAD) {
            out.flush();
            return true;
        }
        byte[] body = reply.body();
        Fault.FlipBit flip = first(faults, Fault.FlipBit.class);
        if (flip != null && kind == RequestKind.GET && reply.status() < 300 && body.length > 0) {
            body = body.clone();
            body[flip.atByte() % body.length] ^= 4;
        }
        return sendBody(body, faults);
    }

    private boolean sendBody(byte[] body, List<Fault> faults) throws IOException {
        Fault.Capped cap = first(faults, Fault.Capped.class);
        for (Fault fault : faults) {
            switch (fault) {
                case Fault.ResetAt(int atByte)
                when atByte < body.length -> {
                    write(body, atByte, cap);
                    return reset();
                }
                case Fault.ShortBody(int atByte)
                when atByte < body.length -> {
                    write(body, atByte, cap);
                    return false;
                }
                case Fault.Stall(int atByte)
                when atByte < body.length -> {
                    write(body, atByte, cap);
                    // the client's closing ends this read
                    in.transferTo(OutputStream.nullOutputStream());
                    return false;
                }
                default -> {}
            }
        }
        write(body, body.length, cap);
        return true;
    }

    private void write(byte[] body, int length, Fault.@Nullable Capped cap) throws IOException {
        if (cap == null) {
            out.write(body, 0, length);
            out.flush();
            return;
        }
        long begun = System.nanoTime();
        for (int sent = 0; sent < length; ) {
            int chunk = Math.min(CAPPED_CHUNK_BYTES, length - sent);
            out.write(body, sent, chunk);
            sent += chunk;
            long due = begun + (long) (sent * 1e9 / cap.bytesPerSecond());
            pause(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
        }
        out.flush();
    }

    private static String head(HttpReply reply, String date) {
        StringBuilder head =
                new StringBuilder("HTTP/1.1 ").append(reply.status()).append(" Scripted\r\n");
        reply.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Date: ").append(date).append("\r\nx-amz-request-id: scripted\r\n");
        return head.append("Content-Length: ")
                .append(reply.body().length)
                .append("\r\n\r\n")
                .toString();
    }

    /** Closes so that the client sees a reset, not an end. */
    private boolean reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
        return false;
    }

    private static void pause(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static <T extends Fault> @Nullable T first(List<Fault> faults, Class<T> type) {
        List<T> found = new ArrayList<>();
        faults.stream().filter(type::isInstance).map(type::cast).forEach(found::add);
        return found.isEmpty() ? null : found.getFirst();
    }
}
