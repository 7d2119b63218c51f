package io.firn.broker.wire;

/**
 * A request that cannot be served, with the response code and the remark its client shall see. Expected and cheap: it
 * carries no stack trace. Thrown by handlers and by the header and body readers; mapped to a reply by the router.
 */
public final class RequestException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int responseCode;

    /**
     * @param responseCode one of {@link ResponseCode}
     * @param remark what was wrong, where, and what to do; goes to the client as it is
     */
    public RequestException(int responseCode, String remark) {
        super(remark, null, false, false);
        this.responseCode = responseCode;
    }

    /** The response code, one of {@link ResponseCode}. */
    public int code() {
        return responseCode;
    }
}
