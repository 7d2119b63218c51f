package io.firn.broker.plugin.jar;

import io.firn.broker.runtime.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jars and signers an operator trusts, one a line; {@code #} starts a comment:
 *
 * <pre>
 * sha256  &lt;64 hexadecimal digits&gt;            &lt;any name&gt;
 * ed25519 &lt;public key, base64 of X.509&gt;      &lt;name of the signer&gt;
 * </pre>
 *
 * A signature is the file {@code <jar>.sig} beside the jar: base64 of the Ed25519 signature (RFC 8032) of the text
 * {@code firn-plugin-v1 sha256:<digest>}. Immutable.
 */
public final class TrustList {

    private static final Logger LOG = LoggerFactory.getLogger(TrustList.class);

    private static final String ED25519 = "ed25519";

    private final Map<String, String> digests;
    private final List<Signer> signers;

    private TrustList(Map<String, String> digests, List<Signer> signers) {
        this.digests = digests;
        this.signers = signers;
    }

    private record Signer(String name, PublicKey key) {}

    /** What the list says of a jar. */
    public sealed interface Judgement {}

    /**
     * May be loaded.
     *
     * @param by the line that covers it, such as {@code signer acme}
     */
    public record Trusted(String by) implements Judgement {}

    /**
     * May not be loaded.
     *
     * @param why and what to add where
     */
    public record Untrusted(String why) implements Judgement {}

    /**
     * Reads the file; an absent one trusts nobody.
     *
     * @throws ConfigException naming file and line
     */
    public static TrustList read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            lines = List.of();
        } catch (IOException e) {
            throw caused(new ConfigException("can not read the list of trusted plugins " + file + ": " + e), e);
        }
        Map<String, String> digests = new HashMap<>();
        List<Signer> signers = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("#.*", "").trim();
            if (!line.isEmpty()) {
                readLine(line, file + " line " + (i + 1), digests, signers);
            }
        }
        return new TrustList(digests, signers);
    }

    private static void readLine(String line, String where, Map<String, String> digests, List<Signer> signers) {
        String[] words = line.split("\\s+", 3);
        String name = words.length > 2 ? words[2] : "line \"" + words[0] + "\"";
        if (words.length > 1 && words[0].equals("sha256") && words[1].matches("[0-9a-fA-F]{64}")) {
            digests.put(words[1].toLowerCase(Locale.ROOT), name);
        } else if (words.length > 1 && words[0].equals(ED25519)) {
            signers.add(new Signer(name, key(words[1], where)));
        } else {
            throw new ConfigException(where + ": expected \"sha256 <64 hexadecimal digits> <name>\" or"
                    + " \"ed25519 <base64 of the public key> <name>\"");
        }
    }

    private static PublicKey key(String text, String where) {
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(text)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw caused(new ConfigException(where + ": not an Ed25519 public key in base64 of X.509"), e);
        }
    }

    private static ConfigException caused(ConfigException failure, Exception cause) {
        failure.initCause(cause);
        return failure;
    }

    /** Whether the jar's digest is listed or a listed key has signed it. */
    public Judgement judge(PluginJar jar) {
        String name = digests.get(jar.sha256());
        if (name != null) {
            return new Trusted("sha256 " + name);
        }
        Path file = jar.source().resolveSibling(jar.source().getFileName() + ".sig");
        byte[] signature;
        try {
            signature = Base64.getMimeDecoder().decode(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return new Untrusted(
                    "it is not signed and sha256 " + jar.sha256() + " is not in the list of trusted plugins");
        } catch (IOException | IllegalArgumentException e) {
            return new Untrusted("its signature " + file + " can not be read: " + e.getMessage());
        }
        String signer = signerOf(signature, jar.sha256());
        return signer == null
                ? new Untrusted("its signature " + file.getFileName() + " is by none of the listed keys, or of another"
                        + " jar (sha256 is " + jar.sha256() + ")")
                : new Trusted("signer " + signer);
    }

    private @Nullable String signerOf(byte[] signature, String sha256) {
        for (Signer signer : signers) {
            try {
                Signature check = Signature.getInstance("Ed25519");
                check.initVerify(signer.key());
                check.update(signedText(sha256));
                if (check.verify(signature)) {
                    return signer.name();
                }
            } catch (GeneralSecurityException e) {
                LOG.debug("a signature of the wrong length is a wrong signature: the next key", e);
            }
        }
        return null;
    }

    /** What a signer signs for a jar of this digest. */
    public static byte[] signedText(String sha256) {
        return ("firn-plugin-v1 sha256:" + sha256).getBytes(StandardCharsets.UTF_8);
    }
}
