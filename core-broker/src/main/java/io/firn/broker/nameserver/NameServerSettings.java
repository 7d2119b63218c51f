package io.firn.broker.nameserver;

import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How the embedded name server behaves, under the names of RocketMQ's settings, for tools to see. None of it can be
 * changed: it is as a name server for one machine has to be. Immutable.
 */
final class NameServerSettings {

    private final SortedMap<String, String> values;

    NameServerSettings() {
        this.values = new TreeMap<>(Map.of(
                "scanNotActiveBrokerInterval",
                Long.toString(NameServer.SCAN_PERIOD.toMillis()),
                "orderMessageEnable",
                "true",
                "returnOrderTopicConfigToBroker",
                "true",
                "enableAllTopicList",
                "true",
                "enableTopicList",
                "true",
                "deleteTopicWithBrokerRegistration",
                "false",
                "needWaitForService",
                "false",
                "supportActingMaster",
                "false",
                "enableControllerInNamesrv",
                "false"));
    }

    /** Lines {@code key=value}. */
    byte[] text() {
        StringBuilder out = new StringBuilder();
        values.forEach((key, value) -> out.append(key).append('=').append(value).append('\n'));
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Accepts what is so already.
     *
     * @param wished lines {@code key=value}
     * @throws RequestException naming the settings that can not be as wished
     */
    void check(String wished) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(wished));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException e) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR, "the body is not in properties format: " + e.getMessage());
        }
        if (properties.isEmpty()) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR, "the body names no setting: expected lines key=value");
        }
        for (String key : new TreeSet<>(properties.stringPropertyNames())) {
            check(key, properties.getProperty(key));
        }
    }

    private void check(String key, String wished) {
        String current = values.get(key);
        if (current == null) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR,
                    "setting " + key + " is unknown to this name server; nothing was changed. It has "
                            + values.keySet());
        }
        if (!current.equals(wished.trim())) {
            throw new RequestException(
                    ResponseCode.NO_PERMISSION,
                    "setting " + key + " of the embedded name server is " + current
                            + " and can not be changed; nothing was changed");
        }
    }
}
