package io.firn.broker.topic;

import io.firn.broker.wire.body.DataVersion;
import java.nio.file.Path;
import java.util.Map;

/** The file of a {@link DurableTable}. */
public interface TableFile<V> {

    Path path();

    /** The whole content for these entries. Runs on {@code firn-housekeeper}. */
    byte[] encode(Map<String, V> entries, DataVersion version);
}
