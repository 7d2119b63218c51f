package io.firn.broker.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.firn.broker.group.GroupName;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * How operators see and limit the reading of old data: codes 2001 (a body of lines {@code group=bytes}), 2002 (the body is
 * a group's name) and 2003. Any thread.
 */
public final class ColdReadHandler {

    private final ColdReads cold;

    public ColdReadHandler(ColdReads cold) {
        this.cold = cold;
    }

    /** Adds its codes to the request table. */
    public void addTo(RequestRouter.Builder table) {
        table.route(RequestCode.UPDATE_COLD_DATA_FLOW_CTR_CONFIG, (request, from) -> limit(request))
                .route(RequestCode.REMOVE_COLD_DATA_FLOW_CTR_CONFIG, (request, from) -> removeLimit(request))
                .route(
                        RequestCode.GET_COLD_DATA_FLOW_CTR_INFO,
                        (request, from) -> Reply.Now.ok(Json.encode(cold.overview())));
    }

    private Reply limit(RemotingCommand request) {
        Map<String, Long> limits = new TreeMap<>();
        Properties lines = lines(text(request));
        for (String group : lines.stringPropertyNames()) {
            GroupName.validate(group);
            limits.put(group, bytes(group, lines.getProperty(group).trim()));
        }
        if (limits.isEmpty()) {
            throw invalid("the body names no group: expected lines group=bytes");
        }
        limits.forEach(cold::limit);
        return Reply.Now.ok();
    }

    private Reply removeLimit(RemotingCommand request) {
        String group = text(request).trim();
        GroupName.validate(group);
        cold.removeLimit(group);
        return Reply.Now.ok();
    }

    private static String text(RemotingCommand request) {
        return new String(request.bodyBytes(), UTF_8);
    }

    private static Properties lines(String text) {
        Properties lines = new Properties();
        try {
            lines.load(new StringReader(text));
        } catch (IllegalArgumentException e) {
            throw invalid("the body is not lines group=bytes: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    private static long bytes(String group, String value) {
        try {
            long bytes = Long.parseLong(value);
            if (bytes >= 0) {
                return bytes;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw invalid("the limit of group " + group + " is '" + value + "': expected bytes, 0 or more");
    }

    private static RequestException invalid(String remark) {
        return new RequestException(ResponseCode.INVALID_PARAMETER, remark);
    }
}
