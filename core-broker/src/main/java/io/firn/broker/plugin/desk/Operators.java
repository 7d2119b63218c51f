package io.firn.broker.plugin.desk;

import io.firn.broker.runtime.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operators and what each may do to plugins, one a line; {@code #} starts a comment:
 *
 * <pre>
 * sha256 &lt;64 hexadecimal digits: SHA-256 of the operator's token&gt; &lt;name&gt; &lt;permission&gt; ...
 * </pre>
 *
 * As long as there was no such file nobody is asked who he is. It is read for each request, so a change counts at once;
 * a file that is gone or wrong while the broker runs permits nobody. Any thread.
 */
public final class Operators {

    private static final Logger LOG = LoggerFactory.getLogger(Operators.class);

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final String NAME = "[A-Za-z0-9._@-]+";

    private final Path file;
    /** Whether there ever was a list. Any thread; only grows. */
    private volatile boolean asks;

    private Operators(Path file) {
        this.file = file;
    }

    /**
     * Who asks.
     *
     * @param token what proves it; empty for nothing
     */
    public record Claim(String origin, String token) {}

    /**
     * One operator.
     *
     * @param tokenSha256 64 hexadecimal digits in lower case
     * @param permissions such as {@code plugin:mirror:*}
     */
    public record Operator(String name, String tokenSha256, List<String> permissions) {

        boolean may(String needed) {
            return permissions.stream().anyMatch(pattern -> Permission.permits(pattern, needed));
        }
    }

    /** What comes of a claim. */
    sealed interface Admission {}

    /** May do it. */
    record Admitted(Asker asker) implements Admission {}

    /** May not, and why. */
    record Refused(int status, String why) implements Admission {}

    /**
     * Those of a file, which need not exist.
     *
     * @throws ConfigException naming file and line
     */
    public static Operators of(Path file) {
        Operators operators = new Operators(file);
        operators.asks = read(file) != null;
        return operators;
    }

    /**
     * The list; null when there is none.
     *
     * @throws ConfigException naming file and line
     */
    public static @Nullable List<Operator> read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            if (!Files.isSymbolicLink(file)) {
                return null;
            }
            ConfigException failure = new ConfigException(
                    "the list of operators " + file + " is a link to nothing: restore what it names, or remove it");
            failure.initCause(e);
            throw failure;
        } catch (IOException e) {
            ConfigException failure = new ConfigException("can not read the list of operators " + file + ": " + e);
            failure.initCause(e);
            throw failure;
        }
        List<Operator> operators = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("#.*", "").trim();
            if (!line.isEmpty()) {
                operators.add(operator(line, file + " line " + (i + 1)));
            }
        }
        return operators;
    }

    private static Operator operator(String line, String where) {
        List<String> words = List.of(line.split("\\s+", -1));
        if (words.size() < 4
                || !words.get(0).equals("sha256")
                || !words.get(1).matches("[0-9a-fA-F]{64}")
                || !words.get(2).matches(NAME)) {
            throw new ConfigException(where + ": expected \"sha256 <64 hexadecimal digits> <name> <permission> ...\"");
        }
        List<String> permissions = words.subList(3, words.size());
        for (String permission : permissions) {
            if (!Permission.isPattern(permission)) {
                throw new ConfigException(where + ": \"" + permission + "\" is no permission; they are like"
                        + " plugin:<id>:<command>, plugin:<id>:GET, plugin:<id>:-/disable, plugin:*:*");
            }
        }
        return new Operator(words.get(2), words.get(1).toLowerCase(Locale.ROOT), List.copyOf(permissions));
    }

    /** The line of an operator with this token. */
    public static String line(String name, String token, List<String> permissions) {
        return "sha256 " + sha256(token) + " " + name + " " + String.join(" ", permissions);
    }

    /** Whether the claim is good for this; {@code needed} is null when every operator may. */
    Admission admit(Claim claim, @Nullable String needed) {
        List<Operator> all;
        try {
            all = read(file);
        } catch (ConfigException e) {
            LOG.error("nobody is permitted anything: {}", e.getMessage(), e);
            return new Refused(FORBIDDEN, "nobody is permitted anything: " + e.getMessage());
        }
        if (all == null && !asks) {
            return new Admitted(new Asker(claim.origin(), null));
        }
        asks = true;
        Operator operator = find(all == null ? List.of() : all, claim.token());
        if (operator == null) {
            LOG.warn("{} is refused: it has no token of an operator", claim.origin());
            return new Refused(UNAUTHORIZED, unknown(claim.token()));
        }
        if (needed != null && !operator.may(needed)) {
            LOG.warn("operator {} at {} is refused {}", operator.name(), claim.origin(), needed);
            return new Refused(
                    FORBIDDEN,
                    "operator " + operator.name() + " may not " + needed + ", only "
                            + String.join(", ", operator.permissions()));
        }
        return new Admitted(new Asker(claim.origin(), operator.name()));
    }

    private static String unknown(String token) {
        return token.isEmpty()
                ? "this broker serves operators only: put your token into the variable FIRN_TOKEN (over HTTP: header"
                        + " Authorization: Bearer <token>); 'firn plugin operator -c broker.conf' on its machine makes one"
                : "no operator has this token";
    }

    private static @Nullable Operator find(List<Operator> all, String token) {
        if (token.isEmpty()) {
            return null;
        }
        byte[] given = sha256(token).getBytes(StandardCharsets.US_ASCII);
        Operator found = null;
        for (Operator one : all) {
            // in the same time whoever it is
            if (MessageDigest.isEqual(one.tokenSha256().getBytes(StandardCharsets.US_ASCII), given)) {
                found = one;
            }
        }
        return found;
    }

    private static String sha256(String token) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
