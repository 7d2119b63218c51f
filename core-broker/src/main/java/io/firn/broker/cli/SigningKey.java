package io.firn.broker.cli;

import io.firn.broker.plugin.jar.TrustList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/**
 * Ed25519 keys (RFC 8032) of those who sign plugins. A private key is PKCS #8 in PEM, as
 * {@code openssl genpkey -algorithm ed25519} writes it; a public key is the line of {@link TrustList} without the name.
 */
final class SigningKey {

    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private final PrivateKey key;

    private SigningKey(PrivateKey key) {
        this.key = key;
    }

    /** Reads a private key. */
    static SigningKey read(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8)
                    .replace(BEGIN, "")
                    .replace(END, "");
            byte[] bytes = Base64.getMimeDecoder().decode(text);
            return new SigningKey(KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(bytes)));
        } catch (IOException e) {
            throw new CommandFailure("can not read the key " + file + ": " + e + "; --new-key makes one");
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new CommandFailure(
                    file + " is no Ed25519 private key in PEM: make one with --new-key, or with openssl"
                            + " genpkey -algorithm ed25519");
        }
    }

    /** Makes {@code <name>.key}, readable for its owner only, and {@code <name>.pub}; the key file. */
    static Path make(Path name) {
        Path secret = name.resolveSibling(name.getFileName() + ".key");
        Path open = name.resolveSibling(name.getFileName() + ".pub");
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            String pem = BEGIN + "\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(pair.getPrivate().getEncoded())
                    + "\n" + END + "\n";
            createPrivate(secret);
            Files.writeString(secret, pem, StandardCharsets.UTF_8);
            Files.writeString(
                    open,
                    "ed25519 "
                            + Base64.getEncoder()
                                    .encodeToString(pair.getPublic().getEncoded()) + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE_NEW);
            return secret;
        } catch (IOException e) {
            throw new CommandFailure(
                    "can not write the keys " + secret + " and " + open + ", which must not be there yet: " + e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    private static void createPrivate(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } else {
            Files.createFile(file);
        }
    }

    /** Signs a jar of this digest: the content of its {@code .sig} file. */
    String sign(String sha256) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(key);
            signature.update(TrustList.signedText(sha256));
            return Base64.getEncoder().encodeToString(signature.sign()) + "\n";
        } catch (GeneralSecurityException e) {
            throw new CommandFailure("the key can not sign: " + e);
        }
    }
}
