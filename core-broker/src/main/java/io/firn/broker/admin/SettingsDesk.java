package io.firn.broker.admin;

import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.body.DataVersion;
import java.util.SortedMap;

/** The broker's settings, to be seen and, where they allow it, changed while it runs. May block on the disk. */
public interface SettingsDesk {

    /** What holds now. */
    Settings now();

    /**
     * Changes these settings, all or none; gives what holds afterwards. A setting that is as wished already is no change.
     *
     * @throws RequestException naming the setting that is unknown, has a value that is not allowed, or can only change
     *     with a restart
     * @throws io.firn.broker.runtime.StorageException when the change can not be kept, and was not made
     */
    Settings change(SortedMap<String, String> wished);

    /**
     * Settings as of one moment.
     *
     * @param values by key, defaults included
     * @param version rises with each change since the start
     */
    record Settings(SortedMap<String, String> values, DataVersion version) {}
}
