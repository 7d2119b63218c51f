package io.firn.bench;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The few requests that prepare a scenario, one at a time over one connection. Not thread-safe. */
final class AdminCalls implements AutoCloseable {
    private static final int UPDATE_AND_CREATE_TOPIC = 17;
    private static final int UPDATE_AND_CREATE_TOPIC_LIST = 18;
    private static final int GET_MAX_OFFSET = 30;
    private static final int NOT_SUPPORTED = 3;
    private static final int LIMIT_MS = 60_000;

    private static final Pattern CODE = Pattern.compile("\"code\":(-?\\d+)");
    private static final Pattern OFFSET = Pattern.compile("\"offset\":\"?(-?\\d+)");

    private final RunningPeer peer;
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private int opaque;

    private AdminCalls(RunningPeer peer, Socket socket) throws IOException {
        this.peer = peer;
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = new DataOutputStream(socket.getOutputStream());
    }

    static AdminCalls connect(RunningPeer peer) {
        try {
            Socket socket =
                    new Socket(peer.address().getAddress(), peer.address().getPort());
            socket.setSoTimeout(LIMIT_MS);
            socket.setTcpNoDelay(true);
            return new AdminCalls(peer, socket);
        } catch (IOException e) {
            throw new BenchException("no connection to " + peer.name() + " at " + peer.address(), e);
        }
    }

    /** Creates topics of {@code queues} queues each: all in one request where the broker knows how to. */
    void createTopics(List<String> topics, int queues) {
        if (!peer.peer().stores()) {
            return;
        }
        String body = topics.stream()
                .map(topic -> "{\"topicName\":\"" + topic + "\",\"readQueueNums\":" + queues + ",\"writeQueueNums\":"
                        + queues + ",\"perm\":6,\"topicFilterType\":\"SINGLE_TAG\",\"topicSysFlag\":0,\"order\":false}")
                .collect(Collectors.joining(",", "{\"topicConfigList\":[", "]}"));
        String answer = call(UPDATE_AND_CREATE_TOPIC_LIST, Map.of(), body);
        if (code(answer) == NOT_SUPPORTED) {
            topics.forEach(topic -> createTopic(topic, queues));
        } else {
            check(answer, "create " + topics.size() + " topics");
        }
    }

    private void createTopic(String topic, int queues) {
        Map<String, String> header = Map.of(
                "topic", topic,
                "defaultTopic", "TBW102",
                "readQueueNums", Integer.toString(queues),
                "writeQueueNums", Integer.toString(queues),
                "perm", "6",
                "topicFilterType", "SINGLE_TAG",
                "topicSysFlag", "0",
                "order", "false");
        check(call(UPDATE_AND_CREATE_TOPIC, header, ""), "create topic " + topic);
    }

    /** The offset the next message of this queue gets. */
    long maxOffset(String topic, int queueId) {
        if (!peer.peer().stores()) {
            return Long.MAX_VALUE >> 1;
        }
        String answer = call(GET_MAX_OFFSET, Map.of("topic", topic, "queueId", Integer.toString(queueId)), "");
        check(answer, "max offset of " + topic + " queue " + queueId);
        Matcher offset = OFFSET.matcher(answer);
        if (!offset.find()) {
            throw new BenchException(peer.name() + " answered max offset without an offset: " + answer);
        }
        return Long.parseLong(offset.group(1));
    }

    private String call(int code, Map<String, String> fields, String body) {
        String ext = fields.entrySet().stream()
                .map(field -> "\"" + field.getKey() + "\":\"" + field.getValue() + "\"")
                .collect(Collectors.joining(","));
        byte[] header = ("{\"code\":" + code + ",\"extFields\":{" + ext
                        + "},\"flag\":0,\"language\":\"JAVA\",\"opaque\":" + ++opaque
                        + ",\"serializeTypeCurrentRPC\":\"JSON\",\"version\":513}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] payload = body.getBytes(StandardCharsets.UTF_8);
        try {
            out.writeInt(4 + header.length + payload.length);
            out.writeInt(header.length);
            out.write(header);
            out.write(payload);
            out.flush();
            int length = in.readInt();
            int headerBytes = in.readInt() & 0xff_ffff;
            String answer = new String(in.readNBytes(headerBytes), StandardCharsets.UTF_8);
            in.skipNBytes(length - 4L - headerBytes);
            return answer;
        } catch (IOException e) {
            throw new BenchException(
                    "request " + code + " to " + peer.name() + " failed; its output: " + peer.output(), e);
        }
    }

    private void check(String answer, String what) {
        if (code(answer) != 0) {
            throw new BenchException(peer.name() + " refused to " + what + ": " + answer);
        }
    }

    private static int code(String answer) {
        Matcher code = CODE.matcher(answer);
        return code.find() ? Integer.parseInt(code.group(1)) : -1;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new BenchException("closing a connection to " + peer.name(), e);
        }
    }
}
