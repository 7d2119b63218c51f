package io.firn.tiered.store;

import java.io.IOException;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Hands each request, then its response body, to the {@link S3Call} of the calling thread, which may abort it. The
 * SDK's own time-outs interrupt the caller instead, which would also close files it reads from.
 */
final class AbortableHttpClient implements SdkHttpClient {
    private final SdkHttpClient inner;

    AbortableHttpClient(SdkHttpClient inner) {
        this.inner = inner;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        ExecutableHttpRequest prepared = inner.prepareRequest(request);
        S3Call call = S3Call.current();
        return call == null ? prepared : new Watched(prepared, call);
    }

    @Override
    public String clientName() {
        return inner.clientName();
    }

    @Override
    public void close() {
        inner.close();
    }

    private record Watched(ExecutableHttpRequest request, S3Call flight) implements ExecutableHttpRequest {
        @Override
        public HttpExecuteResponse call() throws IOException {
            flight.attach(request);
            HttpExecuteResponse response = request.call();
            response.responseBody().ifPresent(flight::attach);
            return response;
        }

        @Override
        public void abort() {
            request.abort();
        }
    }
}
