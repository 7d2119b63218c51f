package io.firn.broker.plugin.desk;

import io.firn.broker.plugin.desk.OperatorDesk.Answer;
import io.firn.broker.server.Connection;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Runs a command of a plugin for tools that speak the remoting protocol: code {@value RequestCode#PLUGIN_COMMAND}, ext
 * fields {@code plugin}, {@code cmd} and, where operators are asked for it, {@code token}; arguments as a JSON object in
 * the body, the answer as JSON in the body. The same commands and limits as over HTTP.
 */
public final class PluginCommandHandler {

    private static final int MAX_BODY_BYTES = 1 << 20;

    private final OperatorDesk desk;

    public PluginCommandHandler(OperatorDesk desk) {
        this.desk = desk;
    }

    /** Adds the code to the request table; {@code pool} has threads that may wait for a plugin. */
    public void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.PLUGIN_COMMAND, pool, this::run);
    }

    private Reply run(RemotingCommand request, Connection from) {
        String plugin = request.ext().required("plugin");
        String command = request.ext().required("cmd");
        byte[] body = request.bodyBytes();
        if (body.length > MAX_BODY_BYTES) {
            throw new RequestException(
                    ResponseCode.INVALID_PARAMETER,
                    "the arguments have " + body.length + " bytes, more than " + MAX_BODY_BYTES);
        }
        Answer answer = desk.run(plugin, command, body, claim(request, from));
        byte[] content = content(answer);
        return answer.status() == 200 ? Reply.Now.ok(content) : Reply.Now.of(code(answer.status()), remark(content));
    }

    private static Operators.Claim claim(RemotingCommand request, Connection from) {
        String token = request.ext().get("token");
        return new Operators.Claim(origin(from), token == null ? "" : token);
    }

    private static String origin(Connection from) {
        InetAddress address = from.remoteAddress().getAddress();
        return address == null ? from.remoteAddress().getHostString() : address.getHostAddress();
    }

    private static byte[] content(Answer answer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            answer.body().writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException("into memory", e);
        }
        return out.toByteArray();
    }

    private static int code(int status) {
        return switch (status) {
            case 400, 404 -> ResponseCode.INVALID_PARAMETER;
            case 401, 403 -> ResponseCode.NO_PERMISSION;
            case 409 -> ResponseCode.ILLEGAL_OPERATION;
            case 503 -> ResponseCode.SYSTEM_BUSY;
            default -> ResponseCode.SYSTEM_ERROR;
        };
    }

    /** The text of an error, which HTTP has in an object. */
    private static String remark(byte[] content) {
        try {
            Map<?, ?> error = Json.decode(content, Map.class);
            return String.valueOf(error.get("error"));
        } catch (RequestException e) {
            return new String(content, StandardCharsets.UTF_8);
        }
    }
}
