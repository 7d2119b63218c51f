package io.firn.tiered.store;

import static io.firn.tiered.store.ObjectStoreContract.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.firn.tiered.fault.Fault;
import io.firn.tiered.fault.FaultScript;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way a store can fail, one by one, and what the caller sees. */
final class S3FaultTest {
    private final CancelToken never = CancelToken.none();
    private final SecureRandom random = new SecureRandom();

    @ParameterizedTest
    @CsvSource({
        "503,SlowDown,Retryable", "429,TooManyRequests,Retryable", "500,InternalError,Retryable",
        "502,,Retryable", "409,ConditionalRequestConflict,Retryable", "409,OperationAborted,Retryable",
        "400,RequestTimeout,Retryable", "400,ExpiredToken,Retryable", "400,IncompleteBody,Retryable",
        "400,BadDigest,Retryable", "403,RequestTimeTooSkewed,Retryable", "412,PreconditionFailed,Fenced",
        "404,NoSuchBucket,Fatal", "403,AccessDenied,Fatal", "403,InvalidAccessKeyId,Fatal",
        "403,SignatureDoesNotMatch,Fatal", "400,KMS.DisabledException,Fatal", "400,InvalidArgument,Fatal",
        "301,PermanentRedirect,Fatal", "501,NotImplemented,Fatal", "403,InvalidObjectState,Fatal"
    })
    void classifiesEveryRefusal(int status, String code, String kind) {
        Fault refuse = new Fault.Refuse(status, code == null ? "" : code);
        // a HEAD follows 412, to see whose object is there
        FaultScript script = request -> request.kind() == RequestKind.PUT ? List.of(refuse) : List.of();
        try (ScriptedStore scripted = ScriptedStore.open(script, ScriptedStore.ONCE)) {
            scripted.server().follow(FaultScript.none());
            scripted.store().put("k", Payload.of(bytes(1, 1)), create(), never);
            scripted.server().follow(script);

            assertThatThrownBy(() -> scripted.store().put("k", Payload.of(bytes(9, 1)), create(), never))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("put k")
                    .extracting(e -> e.getClass().getSimpleName())
                    .isEqualTo(kind);
        }
    }

    @Test
    void tellsThrottlingFromOtherPassingErrors() {
        try (ScriptedStore scripted =
                ScriptedStore.open(FaultScript.always(Fault.Refuse.SLOW_DOWN), ScriptedStore.QUICK)) {
            assertThatThrownBy(() -> scripted.store().head("k", never))
                    .isInstanceOfSatisfying(
                            StoreException.Retryable.class,
                            e -> assertThat(e.reason()).isEqualTo(StoreException.Retryable.Cause.THROTTLED));
            assertThat(scripted.server().log().count(RequestKind.HEAD)).isEqualTo(8);
        }
    }

    @Test
    void outlastsPassingErrors() {
        FaultScript script = FaultScript.next(
                RequestKind.PUT,
                Fault.Refuse.SLOW_DOWN,
                Fault.Refuse.CONFLICT,
                new Fault.Refuse(500, "InternalError"),
                new Fault.ResetInRequest(1000),
                new Fault.Refuse(400, "BadDigest"));
        try (ScriptedStore scripted = ScriptedStore.open(script, ScriptedStore.QUICK)) {
            scripted.store().put("k", Payload.of(bytes(50_000, 1)), create(), never);

            assertThat(scripted.server().bucket().bytes("k")).isEqualTo(bytes(50_000, 1));
            assertThat(scripted.server().log().count(RequestKind.PUT)).isEqualTo(6);
        }
    }

    @Test
    void takesALostReplyOfACreateForSuccess() {
        for (Fault lost : List.of(new Fault.LoseReply(), new Fault.FailAfterEffect(500, "InternalError"))) {
            FaultScript script = FaultScript.next(RequestKind.PUT, lost);
            try (ScriptedStore scripted = ScriptedStore.open(script, ScriptedStore.QUICK)) {
                StoredObject stored = scripted.store().put("log/1", Payload.of(bytes(99, 1)), create(), never);

                assertThat(stored.lengthBytes()).isEqualTo(99);
                assertThat(stored.etag())
                        .isEqualTo(scripted.store().head("log/1", never).etag());
                assertThat(scripted.server().log().entries())
                        .extracting(entry -> entry.kind() + " " + entry.status())
                        .endsWith("PUT 412", "HEAD 200", "HEAD 200");
            }
        }
    }

    @Test
    void takesALostReplyForSuccessWhenTheCallerTriesAgainLater() {
        try (ScriptedStore scripted =
                ScriptedStore.open(FaultScript.next(RequestKind.PUT, new Fault.LoseReply()), ScriptedStore.ONCE)) {
            PutOptions options = create();
            Payload record = Payload.of(bytes(99, 1));
            assertThatThrownBy(() -> scripted.store().put("log/1", record, options, never))
                    .isInstanceOf(StoreException.Retryable.class);

            assertThat(scripted.store().put("log/1", record, options, never).lengthBytes())
                    .isEqualTo(99);
        }
    }

    @Test
    void isFencedByARivalThatCameBetweenTwoTries() {
        byte[] rivals = bytes(99, 2);
        ScriptedStore[] scripted = new ScriptedStore[1];
        FaultScript script = request -> {
            if (request.kind() == RequestKind.PUT && request.number() == 1) {
                scripted[0].server().follow(FaultScript.none());
                scripted[0].store().put("log/1", Payload.of(rivals), create(), never);
                return List.of(new Fault.ResetInRequest(10));
            }
            return List.of();
        };
        try (ScriptedStore opened = ScriptedStore.open(script, ScriptedStore.QUICK)) {
            scripted[0] = opened;
            assertThatThrownBy(() -> opened.store().put("log/1", Payload.of(bytes(99, 1)), create(), never))
                    .isInstanceOf(StoreException.Fenced.class);
            assertThat(opened.server().bucket().bytes("log/1")).isEqualTo(rivals);
        }
    }

    @Test
    void callsItsOwnWriteWithOtherBytesCorrupt() {
        FaultScript script = FaultScript.next(RequestKind.PUT, new Fault.LoseReply());
        try (ScriptedStore scripted = ScriptedStore.open(script, ScriptedStore.ONCE)) {
            PutOptions options = create();
            assertThatThrownBy(() -> scripted.store().put("k", Payload.of(bytes(99, 1)), options, never))
                    .isInstanceOf(StoreException.Retryable.class);
            assertThatThrownBy(() -> scripted.store().put("k", Payload.of(bytes(98, 1)), options, never))
                    .isInstanceOf(StoreException.Corrupt.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void completesAnUploadOnceWhateverTheReplySays(int which) {
        Fault fault = List.of(
                        new Fault.LoseReply(),
                        new Fault.ErrorIn200("InternalError"),
                        new Fault.FailAfterEffect(503, "SlowDown"))
                .get(which);
        FaultScript script = FaultScript.next(RequestKind.COMPLETE_UPLOAD, fault);
        try (ScriptedStore scripted = ScriptedStore.open(script, ScriptedStore.QUICK)) {
            PutOptions options = PutOptions.overwrite(WriteId.random(random));
            UploadRef upload = scripted.store().createUpload("m", options, never);
            UploadedPart part = scripted.store().uploadPart(upload, 1, Payload.of(bytes(700, 1)), never);

            StoredObject stored = scripted.store().completeUpload(upload, List.of(part), options.writeId(), never);

            assertThat(stored.lengthBytes()).isEqualTo(700);
            assertThat(stored.etag()).isNotEmpty();
            assertThat(scripted.server().bucket().bytes("m")).isEqualTo(bytes(700, 1));
            assertThat(scripted.server().bucket().unfinishedUploads()).isZero();
        }
    }

    @Test
    void refusesToCompleteAnUploadOfPartsThatWereStoredWrong() {
        FaultScript script = FaultScript.next(RequestKind.UPLOAD_PART, new Fault.StoreFlipped(5));
        try (ScriptedStore scripted = ScriptedStore.open(script, ScriptedStore.ONCE)) {
            PutOptions options = PutOptions.overwrite(WriteId.random(random));
            UploadRef upload = scripted.store().createUpload("m", options, never);
            UploadedPart part = scripted.store().uploadPart(upload, 1, Payload.of(bytes(700, 1)), never);

            assertThatThrownBy(() -> scripted.store().completeUpload(upload, List.of(part), options.writeId(), never))
                    .isInstanceOf(StoreException.Corrupt.class);
            assertThat(scripted.server().bucket().keys()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void asksOnlyForTheRestAfterABrokenReply(int which) {
        int cut = 600_000;
        Fault fault = which == 0 ? new Fault.ShortBody(cut) : new Fault.Stall(cut);
        byte[] all = bytes(1 << 20, 1);
        try (ScriptedStore scripted =
                ScriptedStore.open(FaultScript.none(), ScriptedStore.QUICK, Duration.ofSeconds(2))) {
            scripted.store().put("k", Payload.of(all), create(), never);
            scripted.server().log().clear();
            scripted.server().follow(FaultScript.next(RequestKind.GET, fault));
            ByteBuffer into = ByteBuffer.allocateDirect(all.length - 100);

            ObjectRead read = scripted.store().read("k", new ByteRange.Exact(50, all.length - 100), into, never);

            byte[] got = new byte[all.length - 100];
            into.flip().get(got);
            assertThat(got).isEqualTo(Arrays.copyOfRange(all, 50, all.length - 50));
            assertThat(read.offset()).isEqualTo(50);
            assertThat(read.readBytes()).isEqualTo(all.length - 100);
            assertThat(scripted.server().log().count(RequestKind.GET)).isGreaterThan(1);
            assertThat(scripted.server().log().entries().getLast().sentBytes()).isLessThan(all.length - 100 - cut + 1);
        }
    }

    @Test
    void readsTheWholeRangeAlthoughConnectionsAreReset() {
        byte[] all = bytes(1 << 20, 1);
        try (ScriptedStore scripted = ScriptedStore.open(FaultScript.none(), ScriptedStore.QUICK)) {
            scripted.store().put("k", Payload.of(all), create(), never);
            scripted.server()
                    .follow(FaultScript.next(
                            RequestKind.GET, new Fault.ResetAt(0), new Fault.ResetAt(100_000), new Fault.ResetAt(1)));
            ByteBuffer into = ByteBuffer.allocate(all.length);
            scripted.store().read("k", new ByteRange.Exact(0, all.length), into, never);

            assertThat(into.array()).isEqualTo(all);
        }
    }

    @Test
    void readsAgainWhenBytesBrokeOnTheWayAndGivesUpWhenTheyAreRotten() {
        byte[] all = bytes(5000, 1);
        try (ScriptedStore scripted = ScriptedStore.open(FaultScript.none(), ScriptedStore.QUICK)) {
            scripted.store().put("k", Payload.of(all), create(), never);
            scripted.server().follow(FaultScript.next(RequestKind.GET, new Fault.FlipBit(4321)));
            assertThat(scripted.store().readAll("k", 5000, never)).isEqualTo(all);

            scripted.server().bucket().rot("k", 17);
            assertThatThrownBy(() -> scripted.store().readAll("k", 5000, never))
                    .isInstanceOf(StoreException.Corrupt.class)
                    .hasMessageContaining("CRC-32C");
        }
    }

    @Test
    void noticesThatAPutWasStoredWrongWhenItIsReadBack() {
        FaultScript script = FaultScript.next(RequestKind.PUT, new Fault.StoreFlipped(7));
        try (ScriptedStore scripted = ScriptedStore.open(script, ScriptedStore.QUICK)) {
            StoredObject stored = scripted.store().put("k", Payload.of(bytes(64, 1)), create(), never);

            assertThat(scripted.store().head("k", never).crc32c().getAsInt()).isNotEqualTo(stored.crc32c());
            assertThatThrownBy(() -> scripted.store().readAll("k", 64, never))
                    .isInstanceOf(StoreException.Corrupt.class);
        }
    }

    @Test
    void worksWithAServerWhoseClockIsAnHourOffAndThenPutRight() {
        FaultScript script = FaultScript.always(new Fault.SkewedClock(Duration.ofHours(1)));
        try (ScriptedStore scripted = ScriptedStore.open(script, ScriptedStore.QUICK)) {
            scripted.store().put("k", Payload.of(bytes(64, 1)), create(), never);
            assertThat(scripted.store().readAll("k", 64, never)).isEqualTo(bytes(64, 1));
            assertThat(scripted.server().log().count(RequestKind.GET)).isEqualTo(1);

            // the SDK keeps the difference for the whole process: other tests need it at nothing again
            scripted.server().follow(FaultScript.always(new Fault.SkewedClock(Duration.ZERO)));
            assertThat(scripted.store().readAll("k", 64, never)).isEqualTo(bytes(64, 1));
            assertThat(scripted.server().log().count(RequestKind.GET)).isEqualTo(3);
        }
    }

    @Test
    void givesUpARequestThatTakesTooLong() {
        FaultScript script = FaultScript.always(new Fault.Delay(Duration.ofMinutes(10)));
        try (ScriptedStore scripted = ScriptedStore.open(script, ScriptedStore.ONCE, Duration.ofMillis(300))) {
            assertThatThrownBy(() -> scripted.store().head("k", never)).isInstanceOf(StoreException.Retryable.class);
        }
    }

    @Test
    void endsAStalledReadWhenCancelled() {
        try (ScriptedStore scripted = ScriptedStore.open(FaultScript.none(), ScriptedStore.QUICK)) {
            scripted.store().put("k", Payload.of(bytes(200_000, 1)), create(), never);
            scripted.server().follow(FaultScript.always(new Fault.Stall(100_000)));
            ByteBuffer into = ByteBuffer.allocate(200_000);
            cancelledWhile(
                    cancel -> scripted.store().read("k", new ByteRange.Exact(0, 200_000), into, cancel),
                    () -> into.position() >= 50_000);
        }
    }

    @Test
    void endsAPutThatWaitsForItsReplyWhenCancelled() {
        FaultScript script = FaultScript.always(new Fault.Delay(Duration.ofMinutes(10)));
        try (ScriptedStore scripted = ScriptedStore.open(script, ScriptedStore.QUICK)) {
            cancelledWhile(
                    cancel -> scripted.store().put("k", Payload.of(bytes(10, 1)), create(), cancel),
                    () -> scripted.server().log().count(RequestKind.PUT) == 1);
        }
    }

    @Test
    void endsTheWaitBetweenTwoTriesWhenCancelled() {
        RetryPolicy slow = new RetryPolicy(9, Duration.ofMinutes(30), Duration.ofMinutes(30), Duration.ofHours(5));
        try (ScriptedStore scripted = ScriptedStore.open(FaultScript.always(Fault.Refuse.SLOW_DOWN), slow)) {
            cancelledWhile(
                    cancel -> scripted.store().head("k", cancel),
                    () -> scripted.server().log().count(RequestKind.HEAD) >= 1);
        }
    }

    @Test
    void namesAStoreThatDoesNotAnswer() {
        ScriptedStore scripted = ScriptedStore.open(FaultScript.none(), ScriptedStore.ONCE);
        scripted.server().close();
        try (scripted) {
            assertThatThrownBy(() -> scripted.store().head("k", never))
                    .isInstanceOf(StoreException.Retryable.class)
                    .hasMessageContaining("head k");
        }
    }

    @Test
    void metersWhatTheServerCounts() {
        FaultScript script = FaultScript.next(RequestKind.PUT, Fault.Refuse.SLOW_DOWN, new Fault.LoseReply());
        try (ScriptedStore scripted = ScriptedStore.open(script, ScriptedStore.QUICK)) {
            ObjectStore reader = scripted.stores().forPurpose(Purpose.MISS);
            scripted.store().put("k", Payload.of(bytes(1000, 1)), create(), never);
            reader.read("k", new ByteRange.Exact(10, 100), ByteBuffer.allocate(100), never);
            assertThatThrownBy(() -> reader.head("none", never)).isInstanceOf(StoreException.Missing.class);
            scripted.store().list("", null, 10, never);
            scripted.store().deleteAll(List.of("k", "none"), never);

            RequestMeter meter = scripted.stores().meter();
            for (RequestKind kind : RequestKind.values()) {
                assertThat(meter.requests(kind))
                        .as("%s", kind)
                        .isEqualTo(scripted.server().log().count(kind));
            }
            assertThat(meter.usd(RequestPrices.S3_STANDARD))
                    .isEqualTo(scripted.server().log().usd(RequestPrices.S3_STANDARD), within(1e-12))
                    .isPositive();
            assertThat(meter.counts())
                    .contains(
                            new RequestMeter.Count(Purpose.MISS, RequestKind.GET, RequestMeter.Result.OK, 1, 0, 100),
                            new RequestMeter.Count(
                                    Purpose.MISS, RequestKind.HEAD, RequestMeter.Result.MISSING, 1, 0, 0),
                            new RequestMeter.Count(
                                    Purpose.COMMIT, RequestKind.PUT, RequestMeter.Result.THROTTLED, 1, 1000, 0));
        }
    }

    @Test
    void throttlesByTokensPerPrefix() {
        AtomicLong nanos = new AtomicLong();
        FaultScript script = FaultScript.tokenBucket(1, 2, nanos::get);
        try (ScriptedStore scripted = ScriptedStore.open(script, ScriptedStore.ONCE)) {
            Supplier<Object> put = () -> scripted.store()
                    .put("a/1", Payload.of(bytes(1, 1)), PutOptions.overwrite(WriteId.random(random)), never);
            assertThat(put.get()).isInstanceOf(StoredObject.class);
            assertThat(put.get()).isInstanceOf(StoredObject.class);
            assertThatThrownBy(put::get).isInstanceOf(StoreException.Retryable.class);
            scripted.store().put("b/1", Payload.of(bytes(1, 1)), create(), never);
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            assertThat(put.get()).isInstanceOf(StoredObject.class);
        }
    }

    private interface Call {
        Object run(CancelToken cancel);
    }

    /** Cancels the call once it is under way and wants it ended as cancelled. */
    private static void cancelledWhile(Call call, java.util.concurrent.Callable<Boolean> underWay) {
        CancelToken cancel = new CancelToken();
        Executor virtual = Thread::startVirtualThread;
        CompletableFuture<Object> running = CompletableFuture.supplyAsync(() -> call.run(cancel), virtual);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(underWay);
        cancel.cancel();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(running::isDone);
        assertThat(running.exceptionNow()).isInstanceOf(StoreException.Cancelled.class);
    }

    private PutOptions create() {
        return PutOptions.createOnly(WriteId.random(random));
    }
}
