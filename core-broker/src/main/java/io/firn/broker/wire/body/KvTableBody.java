package io.firn.broker.wire.body;

import java.util.Map;

/** A table of texts: replies to 28, 103 and 219. */
public record KvTableBody(Map<String, String> table) {
    public KvTableBody {
        table = Absent.map(table);
    }
}
