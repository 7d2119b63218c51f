package io.firn.broker.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.firn.broker.wire.body.MessageQueue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * JSON bodies and files, off the hot path; any thread. Reads what fastjson writes as well as standard JSON: bare numbers
 * and words as field names, objects as map keys ({@code {{"topic":"T"}:5}}, also as an escaped string), unknown fields,
 * nulls. Writes standard JSON, but for maps keyed by {@link MessageQueue}, whose keys stand there as raw objects because
 * that is the one form the parsers of all clients take. Absent (null) components are left out.
 */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .addModule(new SimpleModule("firn-queue-keys")
                    .addKeySerializer(MessageQueue.class, new QueueKeyWriter())
                    .addKeyDeserializer(MessageQueue.class, new QueueKeyReader()))
            .build();

    private Json() {}

    /** The JSON of this body in UTF-8, compact. */
    public static byte[] encode(Object body) {
        StringBuilder out = new StringBuilder();
        new JsonText(out, JsonText.Layout.COMPACT).write(MAPPER.valueToTree(body));
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The JSON of this value, one field a line, for files that people read. */
    public static String pretty(Object value) {
        StringBuilder out = new StringBuilder();
        new JsonText(out, JsonText.Layout.INDENTED).write(MAPPER.valueToTree(value));
        return out.append('\n').toString();
    }

    /**
     * Reads a body.
     *
     * @throws RequestException with {@link ResponseCode#SYSTEM_ERROR} when it is empty, is no JSON or has another shape
     */
    public static <T> T decode(byte[] body, Class<T> type) {
        if (body.length == 0) {
            throw failed(type, "it is empty");
        }
        @Nullable T value;
        try {
            value = MAPPER.readValue(new LenientJson(body).toStandard(), type);
        } catch (JsonProcessingException e) {
            throw failed(type, e.getOriginalMessage());
        } catch (IOException e) {
            // the bytes are in memory: what can not be read is their encoding
            throw failed(type, String.valueOf(e.getMessage()));
        }
        if (value == null) {
            throw failed(type, "it is null");
        }
        return value;
    }

    private static RequestException failed(Class<?> type, String why) {
        return new RequestException(
                ResponseCode.SYSTEM_ERROR, "body is not the JSON of a " + type.getSimpleName() + ": " + why);
    }
}
