package io.firn.broker.admin;

import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.DataVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Executor;

/** Shows the effective settings and says that none changes while the broker runs: codes 26 and 25. */
final class BrokerConfigHandler {

    private static final ExtKey VERSION = ExtKey.of("version");

    private final SortedMap<String, String> settings;
    private final byte[] text;
    private final String version;

    BrokerConfigHandler(SortedMap<String, String> settings, BrokerIdentity self) {
        this.settings = settings;
        this.text = PropertiesText.write(settings).getBytes(StandardCharsets.UTF_8);
        this.version = new String(Json.encode(DataVersion.first(self.bootMs())), StandardCharsets.UTF_8);
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.GET_BROKER_CONFIG, pool, (request, from) -> show())
                .route(RequestCode.UPDATE_BROKER_CONFIG, pool, (request, from) -> change(request));
    }

    private Reply show() {
        return Reply.Now.ok(out -> out.put(VERSION, version), text.clone());
    }

    /** Settings that are already as wished are no change. */
    private Reply change(RemotingCommand request) {
        Map<String, String> wished = wished(request);
        List<String> fixed = new ArrayList<>();
        for (Map.Entry<String, String> wish : wished.entrySet()) {
            String key = wish.getKey();
            String current = settings.get(key);
            if (current == null) {
                throw new RequestException(
                        ResponseCode.SYSTEM_ERROR,
                        "setting " + key + " is unknown to this broker; nothing was changed");
            }
            if (!current.equals(wish.getValue())) {
                fixed.add(key);
            }
        }
        if (!fixed.isEmpty()) {
            throw new RequestException(
                    ResponseCode.NO_PERMISSION,
                    "settings " + fixed + " cannot change while the broker runs, no setting can: write them to"
                            + " broker.conf and restart; nothing was changed");
        }
        return Reply.Now.ok(out -> out.put(VERSION, version));
    }

    private static Map<String, String> wished(RemotingCommand request) {
        Map<String, String> wished;
        try {
            wished = PropertiesText.read(new String(request.bodyBytes(), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR, "the body is not in properties format: " + e.getMessage());
        }
        if (wished.isEmpty()) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR, "the body names no setting: expected lines key=value");
        }
        return wished;
    }
}
