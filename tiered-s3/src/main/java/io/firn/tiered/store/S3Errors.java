package io.firn.tiered.store;

import io.firn.tiered.store.StoreException.Retryable.Cause;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The one place that reads the SDK's exceptions.
 *
 * <pre>
 * 412 PreconditionFailed                                   Fenced
 * 404, NoSuchKey, NoSuchUpload                             Missing
 * 416 InvalidRange                                         Corrupt: the object is shorter than what points into it
 * 503 SlowDown, 429, *Throttl*, RequestLimitExceeded       Retryable, THROTTLED
 * 5xx, 408, 409, RequestTimeout, IncompleteBody, BadDigest,
 *   RequestTimeTooSkewed, ExpiredToken, an error inside 200,
 *   400 without a code, any failure of the connection,
 *   a reply that is no XML                                 Retryable, TRANSIENT
 * BadDigest of a completed upload                          Corrupt: parts are not what was sent
 * ended by the caller's token, or the caller interrupted   Cancelled
 * NoSuchBucket, 403, 301, 501, other 4xx, no credentials,
 *   a certificate that is not trusted                      Fatal
 * </pre>
 */
final class S3Errors {
    private static final Set<String> THROTTLED = Set.of(
            "SlowDown",
            "ServiceUnavailable",
            "TooManyRequests",
            "TooManyRequestsException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "BandwidthLimitExceeded");
    private static final Set<String> TRANSIENT = Set.of(
            "InternalError",
            "OperationAborted",
            "ConditionalRequestConflict",
            "RequestTimeout",
            "RequestTimeTooSkewed",
            "RequestExpired",
            "ExpiredToken",
            "IncompleteBody",
            "BadDigest",
            "XAmzContentChecksumMismatch",
            "XAmzContentSHA256Mismatch");

    private S3Errors() {}

    static StoreException translate(RequestKind kind, String what, RuntimeException e, S3Call.@Nullable End ended) {
        if (ended == S3Call.End.CANCELLED || e instanceof AbortedException) {
            return new StoreException.Cancelled(what + ": cancelled", e);
        }
        if (ended == S3Call.End.TIMED_OUT) {
            return new StoreException.Retryable(what + ": no full answer in time", Cause.TRANSIENT, e);
        }
        return switch (e) {
            case AwsServiceException refused -> {
                AwsErrorDetails details = refused.awsErrorDetails();
                String code = details == null || details.errorCode() == null ? "" : details.errorCode();
                Refusal refusal = new Refusal(what, code, refused.statusCode(), text(refused, details));
                if (kind == RequestKind.COMPLETE_UPLOAD && code.equals("BadDigest")) {
                    yield new StoreException.Corrupt(refusal.line() + "; the parts were not stored as sent", e);
                }
                yield byCode(refusal, e);
            }
            case SdkException failed -> ofConnection(what, failed);
            default -> new StoreException.Retryable(what + ": " + e.getMessage(), Cause.TRANSIENT, e);
        };
    }

    /** For a key that a batch delete reports; it has a code and no status. */
    static StoreException ofBatch(String what, @Nullable String code, @Nullable String message) {
        return byCode(new Refusal(what, code == null ? "" : code, 200, message == null ? "" : message), null);
    }

    private record Refusal(String what, String code, int status, String text) {
        String line() {
            return what + ": " + status + " " + code + (text.isEmpty() ? "" : " (" + text + ")");
        }
    }

    private static StoreException byCode(Refusal refusal, @Nullable Throwable cause) {
        String code = refusal.code;
        if (code.equals("PreconditionFailed") || refusal.status == 412) {
            return new StoreException.Fenced(refusal.line(), cause);
        }
        if (code.equals("NoSuchBucket")) {
            return new StoreException.Fatal(refusal.line() + "; create the bucket or correct the location", cause);
        }
        if (THROTTLED.contains(code) || code.contains("Throttl") || refusal.status == 429 || refusal.status == 503) {
            return new StoreException.Retryable(refusal.line(), Cause.THROTTLED, cause);
        }
        if (TRANSIENT.contains(code)) {
            return new StoreException.Retryable(refusal.line(), Cause.TRANSIENT, cause);
        }
        return code.equals("NoSuchKey") || code.equals("NoSuchUpload")
                ? new StoreException.Missing(refusal.line(), cause)
                : byStatus(refusal, cause);
    }

    private static StoreException byStatus(Refusal refusal, @Nullable Throwable cause) {
        return switch (refusal.status) {
            case 404 -> new StoreException.Missing(refusal.line(), cause);
            case 416 -> new StoreException.Corrupt(refusal.line() + "; the object is shorter than expected", cause);
            case 403 ->
                new StoreException.Fatal(
                        refusal.line() + "; check the credentials and what they are allowed to do", cause);
            case 301, 307 ->
                new StoreException.Fatal(
                        refusal.line() + "; the bucket lives in another region or behind another endpoint", cause);
            case 501, 505 -> new StoreException.Fatal(refusal.line() + "; the store has no such feature", cause);
            // the answer to a HEAD has no room for a code: RequestTimeout and ExpiredToken look like this
            case 400 ->
                refusal.code.isEmpty()
                        ? new StoreException.Retryable(refusal.line(), Cause.TRANSIENT, cause)
                        : new StoreException.Fatal(refusal.line(), cause);
            case 200, 408, 409 -> new StoreException.Retryable(refusal.line(), Cause.TRANSIENT, cause);
            default ->
                refusal.status >= 500
                        ? new StoreException.Retryable(refusal.line(), Cause.TRANSIENT, cause)
                        : new StoreException.Fatal(refusal.line(), cause);
        };
    }

    private static StoreException ofConnection(String what, SdkException e) {
        String line = what + ": " + e.getMessage();
        boolean passing = false;
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof CertificateException || t instanceof SSLPeerUnverifiedException) {
                return new StoreException.Fatal(line + "; the store's certificate is not trusted here", e);
            }
            passing |= t instanceof IOException || t instanceof javax.xml.stream.XMLStreamException;
        }
        return passing ? new StoreException.Retryable(line, Cause.TRANSIENT, e) : new StoreException.Fatal(line, e);
    }

    private static String text(AwsServiceException e, @Nullable AwsErrorDetails details) {
        String message = details == null ? null : details.errorMessage();
        String request = e.requestId() == null ? "" : "request " + e.requestId();
        return message == null || message.isEmpty() ? request : message + (request.isEmpty() ? "" : ", " + request);
    }
}
