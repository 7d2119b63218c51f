package io.firn.broker.filter.sql;

import io.firn.broker.record.PropertyBytes;
import java.nio.charset.StandardCharsets;

/** A property of the message; its value is a text, or it is not there. Immutable. */
final class Property implements Operand {

    private final String name;
    private final byte[] nameBytes;

    Property(String name) {
        this.name = name;
        this.nameBytes = name.getBytes(StandardCharsets.US_ASCII);
    }

    /** Looks for the value; when true, {@code message} tells where it is until it is asked for another one. */
    boolean isIn(PropertyBytes message) {
        return message.findLast(nameBytes);
    }

    @Override
    public String toString() {
        return name;
    }
}
