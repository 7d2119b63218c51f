package io.firn.broker.plugin;

import static io.firn.broker.plugin.PluginJars.HOOK;
import static io.firn.broker.plugin.PluginJars.harmless;
import static io.firn.broker.plugin.PluginJars.plugin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.firn.broker.plugin.jar.TrustList;
import io.firn.broker.plugin.jar.TrustMode;
import io.firn.broker.runtime.ConfigException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Jars that are no plugin, not this broker's, not trusted, or not alone: each is refused with a reason, the others run. */
final class BadJarTest {

    @TempDir
    private Path root;

    private HostRoom room;

    @BeforeEach
    void makeRoom() {
        room = new HostRoom(root);
        harmless("good").into(room.jars, "good.jar");
    }

    @AfterEach
    void closeRoom() {
        room.close();
    }

    /** What the host says of {@code bad.jar}, beside the good one. */
    private String refusal() {
        room.open();
        assertThat(room.status("good").state()).isEqualTo(PluginState.ACTIVE);
        PluginStatus bad = room.status("bad.jar");
        assertThat(bad.state()).isEqualTo(PluginState.REFUSED);
        return bad.cause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Plugin-Id", "Plugin-Version", "Plugin-Class", "Plugin-Requires"})
    void aMissingKeyOfTheManifestIsNamed(String key) {
        harmless("bad").without(key).into(room.jars, "bad.jar");

        assertThat(refusal()).contains("bad.jar", key);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1.0.0 | a single version",
                ">=1.0.0 | no upper bound",
                "* | no upper bound",
                "what & ever | no version range",
                ">=7.0.0 & <8.0.0 | and this broker has",
                ">=0.1.0 & <0.2.0 | use a release of the plugin for this broker",
            })
    void aRangeOfVersionsThatPromisesTooMuchOrFitsNotIsRefused(String range, String reason) {
        harmless("bad").with("Plugin-Requires", range).into(room.jars, "bad.jar");

        assertThat(refusal()).contains(reason);
    }

    @Test
    void aMemberThatThisSpiDoesNotHaveIsNamedBeforeAnythingRuns() {
        Map<String, byte[]> later = PluginJars.compile(
                Map.of(
                        "io.firn.spi.put.Verdict",
                        "package io.firn.spi.put; public final class Verdict { public static final Verdict ACCEPT ="
                                + " null; public static Verdict delay(int seconds) { return null; } }"),
                Map.of());
        plugin("bad", "context.register().putHook(HookSpec.of(\"look\", Phase.OBSERVE), m -> Verdict.delay(3));", "")
                .compiledAgainst(later)
                .into(room.jars, "bad.jar");

        assertThat(refusal())
                .contains("class p.Main uses io.firn.spi.put.Verdict.delay(int), which SPI ", "does not have");
    }

    @Test
    void aUseOfTheBrokersOwnClassesIsNamed() {
        plugin("bad", HOOK + "io.firn.broker.runtime.Clock.system();", "").into(room.jars, "bad.jar");

        assertThat(refusal()).contains("uses io.firn.broker.runtime.Clock, which is inside the broker");
    }

    @Test
    void ownCopiesOfTheHostsLibrariesAreRemarkedAndNotUsed() {
        Map<String, byte[]> copies = PluginJars.compile(
                Map.of(
                        "org.slf4j.Logger",
                        "package org.slf4j; public interface Logger {}",
                        "io.firn.spi.BrokerView",
                        "package io.firn.spi; public interface BrokerView {}"),
                Map.of());
        PluginJars jar = plugin(
                "copier",
                HOOK + "context.logger().info(\"with the broker's \" + org.slf4j.Logger.class.getClassLoader());"
                        + "if (context.broker().name() == null) throw new IllegalStateException();",
                "");
        copies.forEach(jar::file);
        jar.into(room.jars, "copier.jar");

        room.open();

        PluginStatus copier = room.status("copier");
        assertThat(copier.state()).as(copier.cause()).isEqualTo(PluginState.ACTIVE);
        assertThat(copier.remarks())
                .anySatisfy(remark -> assertThat(remark).contains("a copy of org.slf4j.*", "which is not used"))
                .anySatisfy(remark -> assertThat(remark).contains("a copy of io.firn.spi.*", "which is not used"));
    }

    @Test
    void whatIsNoJarIsRefused() throws IOException {
        Files.write(room.jars.resolve("bad.jar"), "this is no zip".getBytes(StandardCharsets.UTF_8));

        assertThat(refusal()).contains("it is not a complete jar");
    }

    @Test
    void anEmptyFileIsRefused() throws IOException {
        Files.createFile(room.jars.resolve("bad.jar"));

        assertThat(refusal()).contains("it is not a complete jar");
    }

    @Test
    void halfAJarIsRefused() throws IOException {
        byte[] whole = harmless("bad").bytes();
        Files.write(room.jars.resolve("bad.jar"), Arrays.copyOf(whole, whole.length / 2));

        assertThat(refusal()).contains("it is not a complete jar", "copy it again");
    }

    @Test
    void aJarThatIsStillBeingCopiedIsTakenWhenItIsWhole() throws IOException {
        room.open();
        byte[] whole = harmless("late").bytes();
        Path file = room.jars.resolve("late.jar");
        Files.write(file, Arrays.copyOf(whole, 100));

        for (int at = 100; at < whole.length; at += 100) {
            Files.write(
                    file, Arrays.copyOfRange(whole, at, Math.min(at + 100, whole.length)), StandardOpenOption.APPEND);
        }

        await().atMost(PluggedBroker.PATIENCE)
                .untilAsserted(() -> assertThat(room.status("late").state()).isEqualTo(PluginState.ACTIVE));
    }

    @Test
    void namesThatLeadOutOfTheJarLeadNowhere() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("../../outside.txt"));
            zip.write(1);
            zip.closeEntry();
        }
        Files.write(room.jars.resolve("bad.jar"), bytes.toByteArray());
        harmless("sly").file("../../outside.class", new byte[] {1, 2, 3}).into(room.jars, "sly.jar");

        assertThat(refusal()).contains("it has no META-INF/MANIFEST.MF");
        assertThat(root.resolve("outside.txt")).doesNotExist();
        assertThat(room.status("sly.jar").cause()).contains("is no class file");
        try (var files = Files.walk(root)) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("outside")))
                    .isEmpty();
        }
    }

    @Test
    void ofTwoJarsOfOnePluginTheNewerIsUsed() {
        harmless("good").with("Plugin-Version", "1.1.0").into(room.jars, "newer.jar");
        harmless("good").with("Plugin-Version", "1.0.5").into(room.jars, "between.jar");

        room.open();

        assertThat(room.status("good").version()).isEqualTo("1.1.0");
        assertThat(room.status("good.jar").cause())
                .contains("good@1.0.0 is also in ", "which is used; remove one of the files");
        assertThat(room.status("between.jar").cause()).contains("is also in newer.jar");
    }

    @Test
    void pluginsThatNeedEachOtherInACircleOrWhoIsNotThereAreLeftOut() {
        harmless("a").with("Plugin-Dependencies", "b@>=1.0.0 & <2.0.0").into(room.jars, "a.jar");
        harmless("b").with("Plugin-Dependencies", "a@>=1.0.0 & <2.0.0").into(room.jars, "b.jar");
        harmless("c").with("Plugin-Dependencies", "nobody@>=1.0.0 & <2.0.0").into(room.jars, "c.jar");
        harmless("d").with("Plugin-Dependencies", "c@>=1.0.0 & <2.0.0").into(room.jars, "d.jar");
        harmless("e").with("Plugin-Dependencies", "good@>=2.0.0 & <3.0.0").into(room.jars, "e.jar");

        room.open();

        assertThat(room.status("a").cause()).contains("it depends on itself: a -> b -> a");
        assertThat(room.status("b").cause()).contains("it depends on itself: b -> a -> b");
        assertThat(room.status("c").cause()).contains("it needs plugin nobody");
        assertThat(room.status("d").cause()).contains("it needs plugin c");
        assertThat(room.status("e").cause()).contains("it needs plugin good in version", "1.0.0 is there");
        assertThat(room.status("good").state()).isEqualTo(PluginState.ACTIVE);
    }

    @Test
    void anOverwrittenJarDoesNotDisturbThePluginThatIsAtWork() throws IOException {
        PluginJars jar = plugin(
                        "steady",
                        "context.register().putHook(HookSpec.of(\"look\", Phase.OBSERVE), m ->"
                                + " new Later().verdict());",
                        "")
                .source(
                        "p.Later",
                        "package p; import io.firn.spi.put.*; class Later { Verdict verdict() { return Verdict.ACCEPT;"
                                + " } }");
        Path file = jar.into(room.jars, "steady.jar");
        room.open();

        Files.write(file, new byte[] {'P', 'K', 3, 4, 0, 0});

        var hook = (io.firn.broker.plugin.context.Registered.Put) room.sink.active.stream()
                .filter(one -> one.owner().id().equals("steady"))
                .findFirst()
                .orElseThrow();
        assertThat(hook.hook().beforePut(null).isReject()).isFalse();
        await().atMost(PluggedBroker.PATIENCE)
                .untilAsserted(
                        () -> assertThat(room.status("steady.jar").cause()).contains("not a complete jar"));
        assertThat(room.status("steady").state()).isEqualTo(PluginState.ACTIVE);
    }

    @Test
    void warnsOfWhatNobodyVouchesForAndEnforcesIt() throws IOException {
        room.trust(TrustMode.WARN).open();
        assertThat(room.status("good").state()).isEqualTo(PluginState.ACTIVE);
        room.close();

        room.trust(TrustMode.ENFORCE).open();

        assertThat(room.status("good.jar").state()).isEqualTo(PluginState.REFUSED);
        assertThat(room.status("good.jar").cause())
                .contains("is not trusted: it is not signed and sha256 ", "is not in the list of trusted plugins");
    }

    @Test
    void trustsADigestAndASignerAndNobodyElse() throws IOException, GeneralSecurityException {
        KeyPair acme = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        KeyPair thief = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Path listed = harmless("listed").into(room.jars, "listed.jar");
        Path signed = harmless("signed").into(room.jars, "signed.jar");
        Path stolen = harmless("stolen").into(room.jars, "stolen.jar");
        Path tampered = harmless("tampered").into(room.jars, "tampered.jar");
        Path garbled = harmless("garbled").into(room.jars, "garbled.jar");
        sign(signed, acme);
        sign(stolen, thief);
        sign(tampered, acme);
        harmless("tampered").with("Plugin-Description", "with a gift").into(room.jars, "tampered.jar");
        Files.writeString(garbled.resolveSibling("garbled.jar.sig"), "!!!");
        Files.writeString(
                room.trusted,
                "# who may\nsha256 " + digest(listed) + " by hand\ned25519 "
                        + Base64.getEncoder().encodeToString(acme.getPublic().getEncoded()) + " acme\n");

        room.trust(TrustMode.ENFORCE).open();

        assertThat(room.status("listed").source().trustedBy()).isEqualTo("sha256 by hand");
        assertThat(room.status("signed").source().trustedBy()).isEqualTo("signer acme");
        for (String refused : new String[] {"stolen.jar", "tampered.jar", "garbled.jar", "good.jar"}) {
            assertThat(room.status(refused).state()).as(refused).isEqualTo(PluginState.REFUSED);
        }
        assertThat(room.status("stolen.jar").cause()).contains("is by none of the listed keys, or of another jar");
        assertThat(room.status("tampered.jar").cause()).contains("is by none of the listed keys, or of another jar");
    }

    private static void sign(Path jar, KeyPair key) throws IOException, GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key.getPrivate());
        signature.update(TrustList.signedText(digest(jar)));
        Files.writeString(
                jar.resolveSibling(jar.getFileName() + ".sig"),
                Base64.getEncoder().encodeToString(signature.sign()));
    }

    private static String digest(Path jar) throws IOException, GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar)));
    }

    @Test
    void aListOfTrustThatCanNotBeReadStopsTheStartNamingItsLine() throws IOException {
        Files.writeString(room.trusted, "# fine\nsha256 12\n");

        assertThatThrownBy(() -> room.trust(TrustMode.ENFORCE).open())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("trusted line 2");
    }

    @Test
    void twoBrokersDoNotShareADirectoryOfAPlugin() {
        room.open();
        HostRoom other = new HostRoom(root);
        try {
            other.open();

            assertThat(other.status("good").state()).isEqualTo(PluginState.FAILED);
            assertThat(other.status("good").cause()).contains("is in use by another broker");
        } finally {
            other.close();
        }
        assertThat(room.status("good").state()).isEqualTo(PluginState.ACTIVE);
    }
}
