package io.firn.broker.admin;

import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.concurrent.Executor;

/** Shows the effective settings and changes those that may change while the broker runs: codes 26 and 25. */
final class BrokerConfigHandler {

    private static final ExtKey VERSION = ExtKey.of("version");

    private final SettingsDesk settings;

    BrokerConfigHandler(SettingsDesk settings) {
        this.settings = settings;
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.GET_BROKER_CONFIG, pool, (request, from) -> show())
                .route(RequestCode.UPDATE_BROKER_CONFIG, pool, (request, from) -> change(request));
    }

    private Reply show() {
        SettingsDesk.Settings now = settings.now();
        byte[] text = PropertiesText.write(now.values()).getBytes(StandardCharsets.UTF_8);
        return Reply.Now.ok(version(now), text);
    }

    private Reply change(RemotingCommand request) {
        return Reply.Now.ok(version(settings.change(wished(request))));
    }

    private static HeaderFields version(SettingsDesk.Settings of) {
        String version = new String(Json.encode(of.version()), StandardCharsets.UTF_8);
        return out -> out.put(VERSION, version);
    }

    private static SortedMap<String, String> wished(RemotingCommand request) {
        SortedMap<String, String> wished;
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
