package io.firn.broker.timer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.Base64;

/**
 * What a timed message is recalled by, told to its sender: {@code v1 topic broker time key}, a blank between them, as
 * base64 for URLs with its padding. The format is that of RocketMQ's clients, which read topic and broker in it.
 *
 * @param dueMs a millisecond of the slot the message waits in
 * @param uniqueKey the message's own
 */
record RecallHandle(String topic, String brokerName, long dueMs, String uniqueKey) {

    private static final String VERSION = "v1";
    private static final int PARTS = 5;

    String encode() {
        String text = String.join(" ", VERSION, topic, brokerName, Long.toString(dueMs), uniqueKey);
        return Base64.getUrlEncoder().encodeToString(text.getBytes(UTF_8));
    }

    /**
     * Reads one.
     *
     * @throws RequestException ILLEGAL_OPERATION saying what is wrong with it
     */
    static RecallHandle parse(String encoded) {
        String text;
        try {
            text = new String(Base64.getUrlDecoder().decode(encoded), UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid("it is not base64: " + e.getMessage());
        }
        String[] parts = text.split(" ", -1);
        if (!parts[0].equals(VERSION)) {
            throw invalid("its version is not " + VERSION);
        }
        if (parts.length != PARTS || parts[4].isEmpty()) {
            throw invalid("it has " + parts.length + " parts; they are version, topic, broker, time and key");
        }
        if (parts[4].chars().anyMatch(Character::isISOControl)) {
            // it would end the property that it becomes, and begin others
            throw invalid("its key has control characters");
        }
        long due = TimerProperties.number(parts[3]);
        if (due < 0) {
            throw invalid("its time is not a number of milliseconds");
        }
        return new RecallHandle(parts[1], parts[2], due, parts[4]);
    }

    private static RequestException invalid(String reason) {
        return new RequestException(ResponseCode.ILLEGAL_OPERATION, "the recall handle is invalid: " + reason);
    }
}
