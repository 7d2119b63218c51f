package io.firn.broker.plugin.put;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.firn.broker.wire.RequestCode;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Callable;

/** A one-way send by hand: the broker's own client knows only requests that are answered. */
final class OneWay {

    private OneWay() {}

    /** Sends one message and keeps the connection until it has arrived. */
    static void send(String broker, String[] fields, Callable<Boolean> arrived) throws IOException {
        StringBuilder ext = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            ext.append(i == 0 ? "" : ",")
                    .append('"')
                    .append(fields[i])
                    .append("\":\"")
                    .append(fields[i + 1])
                    .append('"');
        }
        byte[] header = ("{\"code\":" + RequestCode.SEND_MESSAGE_V2 + ",\"flag\":2,\"opaque\":1,\"extFields\":{" + ext
                        + "}}")
                .getBytes(UTF_8);
        byte[] body = "body".getBytes(UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(8 + header.length + body.length);
        frame.putInt(4 + header.length + body.length)
                .putInt(header.length)
                .put(header)
                .put(body);
        String[] address = broker.split(":", 2);
        try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
            socket.getOutputStream().write(frame.array());
            await().atMost(Duration.ofSeconds(60)).until(arrived);
        }
    }
}
