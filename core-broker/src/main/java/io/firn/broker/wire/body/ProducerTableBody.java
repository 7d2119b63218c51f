package io.firn.broker.wire.body;

import java.util.List;
import java.util.Map;

/** Reply to 328: all producers by group. */
public record ProducerTableBody(Map<String, List<ProducerClientBody>> data) {
    public ProducerTableBody {
        data = Absent.map(data);
    }
}
