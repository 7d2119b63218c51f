package io.firn.broker.record;

/** A message that can not become a record: too large, or a batch body that is not one. The text says which and why. */
public final class IllegalRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public IllegalRecordException(String message) {
        super(message, null, false, false);
    }
}
