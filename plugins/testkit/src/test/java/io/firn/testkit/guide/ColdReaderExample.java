package io.firn.testkit.guide;

import io.firn.spi.cold.ColdBatch;
import io.firn.spi.cold.ColdReader;
import io.firn.spi.cold.ColdRequest;
import io.firn.spi.cold.Coverage;
import io.firn.spi.contract.CancelToken;
import io.firn.spi.topic.QueueRef;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** Example of a cold reader. */
final class ColdReaderExample {

    private ColdReaderExample() {}

    /** What the author has. */
    interface Archive {

        Coverage coverage(QueueRef queue);

        ColdBatch read(QueueRef queue, long offset, ColdRequest.Limits limits);
    }

    // example
    /** Serves what an archive of yours has: register().coldReader(ColdReaderSpec.of("archive"), …). */
    record Archived(Archive archive, Executor io) implements ColdReader {

        @Override
        public Coverage coverage(QueueRef queue) {
            return archive.coverage(queue);
        }

        @Override
        public CompletionStage<ColdBatch> read(ColdRequest request, CancelToken token) {
            return CompletableFuture.supplyAsync(
                    () -> archive.read(request.queue(), request.offset(), request.limits()), io);
        }
    }
    // end
}
