package io.firn.tiered.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bucket of immutable objects. Strongly consistent: what a call reported as done is seen by every later call.
 *
 * <p>Threads: any number at once; each call blocks its caller, so callers are virtual threads. Nothing here interrupts
 * a thread: a call is ended early by its {@link CancelToken}, which aborts the connection under it. Keys are 1 to 1024
 * bytes of UTF-8 without control characters and are listed in the order of these bytes.
 *
 * <p>Errors: every method throws only the kinds of {@link StoreException} (and {@link IllegalArgumentException} for
 * arguments that no store could take). A call that failed as {@link StoreException.Retryable} may have had its effect.
 * All calls may be repeated: put and complete recognise their own earlier effect by {@link WriteId}.
 *
 * <p>On the stack that {@link ObjectStores} hands out one call may be several requests (retries, recognition); on a
 * back end itself each call is exactly one request, which is what metering counts.
 */
public interface ObjectStore {
    /**
     * Stores a whole object in one request, at most 5 GiB. A reader sees all of it or nothing of it.
     *
     * @return what was stored, with the CRC-32C of the bytes that were sent
     * @throws StoreException.Fenced with {@link PutMode#CREATE_ONLY}: the key holds an object with another write id
     */
    StoredObject put(String key, Payload body, PutOptions options, CancelToken cancel);

    /**
     * Reads exactly the asked bytes into {@code into}, from its position, which moves by the bytes read also when the
     * call fails. After a failed {@link ByteRange.Exact} read what lies before the position was received whole, and a
     * repeated call may ask for the rest only.
     *
     * @param into has room for the range, or for {@code maxBytes} of a whole or suffix read; heap or direct
     * @throws StoreException.Missing no such object
     * @throws StoreException.Corrupt the object is shorter than the range, longer than a whole read allows, or fails
     *     its checksum (whole reads only)
     */
    ObjectRead read(String key, ByteRange range, ByteBuffer into, CancelToken cancel);

    /**
     * Length, tag, times and metadata of an object.
     *
     * @throws StoreException.Missing no such object
     */
    ObjectHead head(String key, CancelToken cancel);

    /**
     * One page of the keys that start with {@code prefix}, in byte order.
     *
     * @param startAfter the last key already seen (need not exist), or null to begin
     * @param maxKeys 1 to 1000
     */
    ListPage list(String prefix, @Nullable String startAfter, int maxKeys, CancelToken cancel);

    /** Deletes an object; deleting what is not there is no error. */
    void delete(String key, CancelToken cancel);

    /**
     * Deletes up to 1000 objects in one request.
     *
     * @return the keys that are still there, with the store's reason; empty when all are gone
     */
    List<DeleteFailure> deleteAll(List<String> keys, CancelToken cancel);

    /** Begins an upload in parts. Invisible to readers until completed; costs storage until completed or aborted. */
    UploadRef createUpload(String key, PutOptions options, CancelToken cancel);

    /**
     * Stores one part; parts of one upload may be sent at once from several threads, a repeated number replaces.
     *
     * @param number 1 to 10000; all parts but the last are 5 MiB to 5 GiB
     */
    UploadedPart uploadPart(UploadRef upload, int number, Payload body, CancelToken cancel);

    /**
     * Joins the parts, in the order given, into the object. Overwrites; for a create-only name use a fresh one.
     *
     * @param parts at least one, numbers rising; the CRC-32C of the whole is derived from theirs and sent along
     * @param writeId the one of {@link #createUpload}: an object of this id is this upload, completed before
     * @throws StoreException.Missing the upload was aborted or completed by somebody else
     * @throws StoreException.Corrupt the store holds other bytes than the parts' checksums say
     */
    StoredObject completeUpload(UploadRef upload, List<UploadedPart> parts, WriteId writeId, CancelToken cancel);

    /** Throws the parts away; an upload that is not there any more is no error. */
    void abortUpload(UploadRef upload, CancelToken cancel);

    /**
     * One page of the uploads under {@code prefix} that are neither completed nor aborted, by key.
     *
     * @param startAfter the last upload already seen, or null to begin
     */
    UploadPage listUploads(String prefix, UploadPage.@Nullable Entry startAfter, CancelToken cancel);

    /** Convenience: all keys that start with {@code prefix}, in byte order; as many requests as pages. */
    default List<ListPage.Entry> listAll(String prefix, CancelToken cancel) {
        List<ListPage.Entry> found = new ArrayList<>();
        String after = null;
        do {
            ListPage page = list(prefix, after, KeyRules.MAX_PAGE, cancel);
            found.addAll(page.objects());
            after = page.next();
        } while (after != null);
        return found;
    }

    /**
     * Convenience: the whole object as an array; see {@link #read} for errors. Asks for its length first when a buffer of
     * {@code maxBytes} would be large.
     */
    default byte[] readAll(String key, int maxBytes, CancelToken cancel) {
        boolean small = maxBytes <= 1 << 20;
        int most = small ? maxBytes : (int) Math.min(maxBytes, head(key, cancel).lengthBytes());
        ByteBuffer into = ByteBuffer.allocate(most);
        read(key, new ByteRange.Whole(most), into, cancel);
        byte[] bytes = new byte[into.position()];
        into.flip().get(bytes);
        return bytes;
    }
}
