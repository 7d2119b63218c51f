package io.firn.broker.plugin.desk;

import io.firn.broker.plugin.context.PluginRef;
import io.firn.spi.admin.HttpReply;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;

/** Bytes that a plugin makes while they are sent: on its own thread, for which the admin thread waits. */
final class StreamedBody {

    private StreamedBody() {}

    /** @throws IOException when the plugin or the other end fails: then the connection is cut */
    static void write(PluginRef owner, HttpReply.Writer writer, OutputStream out) throws IOException {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        try {
            owner.threads().execute(() -> {
                try {
                    writer.writeTo(out);
                    done.complete(true);
                } catch (IOException | RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
                    done.completeExceptionally(e);
                }
            });
            done.get();
        } catch (RejectedExecutionException | ExecutionException e) {
            throw new IOException("plugin " + owner.id() + " could not make the answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the broker stops", e);
        }
    }
}
