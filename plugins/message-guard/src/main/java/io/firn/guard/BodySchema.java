package io.firn.guard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.resource.ClasspathSchemaLoader;
import com.networknt.schema.resource.DisallowSchemaLoader;
import io.firn.spi.config.ConfigException;
import io.firn.spi.contract.ByteSize;
import io.firn.spi.put.PutMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A JSON schema that bodies are held against: draft 4 to 2020-12, as its {@code $schema} says, 2020-12 when it says nothing.
 * References to other places than the file itself are refused when they are met: nothing is fetched. Any thread; allocates.
 */
final class BodySchema {

    private static final int MOST_PROBLEMS = 3;
    private static final int LONGEST_REMARK = 500;
    /** A schema that refers to itself is gone through by recursion, on the stack of an io thread. */
    private static final int DEEPEST = 100;

    private static final int POOLED_BUFFERS = 16;

    /** Buffers in a pool of its own: kept by thread, the broker's threads would keep the plugin's classes alive. */
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .recyclerPool(JsonRecyclerPools.newBoundedPool(POOLED_BUFFERS))
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private final String name;
    private final JsonSchema schema;
    private final int maxBytes;

    private BodySchema(String name, JsonSchema schema, int maxBytes) {
        this.name = name;
        this.schema = schema;
        this.maxBytes = maxBytes;
    }

    /**
     * Reads a schema file.
     *
     * @throws ConfigException when it is not there, not JSON, or not a schema
     */
    static BodySchema read(Path file, ByteSize maxBody) {
        JsonNode json;
        try {
            json = JSON.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new ConfigException("schema file " + file + " is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ConfigException("schema file " + file.toAbsolutePath() + " can not be read: " + e);
        }
        if (!json.isObject() && !json.isBoolean()) {
            throw new ConfigException("schema file " + file + " holds no schema but a JSON "
                    + json.getNodeType().name().toLowerCase(Locale.ROOT));
        }
        try {
            // senders are told in one language, wherever the broker runs
            SchemaValidatorsConfig words =
                    SchemaValidatorsConfig.builder().locale(Locale.ENGLISH).build();
            JsonSchema schema = factory().getSchema(json, words);
            schema.initializeValidators();
            return new BodySchema(String.valueOf(file.getFileName()), schema, maxBody.toIntBytes());
        } catch (JsonSchemaException e) {
            throw new ConfigException("schema file " + file + " is no JSON schema that can be used: " + e.getMessage());
        }
    }

    private static JsonSchemaFactory factory() {
        return JsonSchemaFactory.getInstance(
                SpecVersion.VersionFlag.V202012,
                builder -> builder.schemaLoaders(
                        loaders -> loaders.add(new ClasspathSchemaLoader()).add(DisallowSchemaLoader.getInstance())));
    }

    /** What is wrong with the body; null when nothing is. */
    @Nullable
    Breach check(PutMessage message) {
        try {
            JsonNode json = JSON.readTree(PlainBody.of(message.body(), message.sysFlag(), maxBytes));
            if (json.isMissingNode()) {
                return breach("not-json", "the body is empty");
            }
            Set<ValidationMessage> problems = schema.validate(json);
            return problems.isEmpty() ? null : breach("invalid", describe(problems));
        } catch (PlainBody.Unreadable e) {
            return breach("unreadable", String.valueOf(e.getMessage()));
        } catch (StreamConstraintsException e) {
            return breach(
                    "unreadable", "the body is nested deeper than " + DEEPEST + ", or has a number or name too long");
        } catch (IOException e) {
            return breach("not-json", "the body is not JSON");
        } catch (ArithmeticException | NumberFormatException | StackOverflowError e) {
            // numbers out of any range, patterns that repeat too much: a body's fault, which must not count as the
            // hook's
            return breach("unreadable", "the body can not be held against the schema: " + e);
        }
    }

    private Breach breach(String detail, String what) {
        String remark = what + ", schema " + name;
        return Breach.of(
                Breach.Reason.SCHEMA,
                detail,
                remark.length() <= LONGEST_REMARK ? remark : remark.substring(0, LONGEST_REMARK) + "...");
    }

    private static String describe(Set<ValidationMessage> problems) {
        String first = problems.stream()
                .limit(MOST_PROBLEMS)
                .map(ValidationMessage::getMessage)
                // the place of the whole is an empty text before the colon
                .map(told -> told.startsWith(":") ? "the body" + told : told)
                .collect(Collectors.joining("; "));
        int more = problems.size() - MOST_PROBLEMS;
        return more > 0 ? first + "; and " + more + " more" : first;
    }
}
