package io.firn.broker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.plugin.Keeper;
import io.firn.broker.plugin.KeeperBroker;
import io.firn.broker.plugin.PluginJars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars into a broker: checked, trusted, signed, installed, upgraded, and put back when they do not start. */
final class InstallCommandTest {

    @TempDir
    private Path root;

    private KeeperBroker room;
    private Firn firn;
    private Path shop;

    @BeforeEach
    void makeRoom() {
        room = new KeeperBroker(root);
        firn = new Firn(room);
        shop = root.resolve("shop");
    }

    @AfterEach
    void closeRoom() {
        room.close();
    }

    @Test
    void installsIntoARunningBrokerUpgradesAndGoesBackWhenTheNewOneFails() throws IOException {
        room.shared.put("fail 3.0.0", true);
        room.start();
        Path one = Keeper.jar("1.0.0").into(shop, "keeper-1.jar");
        Path two = Keeper.jar("2.0.0").into(shop, "keeper-2.jar");
        Path three = Keeper.jar("3.0.0").into(shop, "keeper-3.jar");

        Firn.Ran first = firn.plugin("install", one.toString());
        assertThat(first.exit()).as(first.err()).isZero();
        assertThat(first.out()).contains("installed keeper@1.0.0", "ACTIVE", "uses: files");
        assertThat(firn.plugin("install", one.toString()).out()).contains("is installed and ACTIVE already");

        Firn.Ran second = firn.plugin("install", two.toString());
        assertThat(second.exit()).as(second.err()).isZero();
        assertThat(second.out()).contains("ACTIVE, before 1.0.0");
        assertThat(room.jars.resolve("keeper.jar")).hasSameBinaryContentAs(two);

        Firn.Ran third = firn.plugin("install", three.toString());
        assertThat(third.exit()).isEqualTo(1);
        assertThat(third.err())
                .contains(
                        "keeper@3.0.0 does not run",
                        "it can not, on purpose",
                        "The jar of before is in its place again");
        assertThat(room.jars.resolve("keeper.jar")).hasSameBinaryContentAs(two);
        try (var files = Files.list(room.jars)) {
            assertThat(files).containsExactly(room.jars.resolve("keeper.jar"));
        }
        assertThat(firn.plugin("list").out()).containsPattern("keeper +2\\.0\\.0 +ACTIVE");

        room.close();
        room.start();
        assertThat(firn.plugin("list").out()).containsPattern("keeper +2\\.0\\.0 +ACTIVE");
    }

    @Test
    void takesOutANewPluginThatDoesNotStart() {
        room.start();
        Path jar = PluginJars.plugin("bad", "throw new IllegalStateException(\"no luck\");", "")
                .into(shop, "bad.jar");

        Firn.Ran ran = firn.plugin("install", jar.toString());

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("bad@1.0.0 does not run", "no luck", "taken out of the directory again");
        assertThat(room.jars.resolve("bad.jar")).doesNotExist();
    }

    @Test
    void installsForTheNextStartWhenNoBrokerRuns() {
        Path jar = Keeper.jar("1.0.0").into(shop, "keeper-1.jar");

        Firn.Ran ran = Firn.run(
                "plugin", "install", jar.toString(), "--admin", "127.0.0.1:1", "-Dfirn.plugins.dir=" + room.jars);

        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out()).contains("no broker answers, the next start loads it");
        assertThat(room.jars.resolve("keeper.jar")).hasSameBinaryContentAs(jar);
    }

    @Test
    void findsPluginsThatComeWithFirnByName() {
        PluginJars.harmless("looker").into(shop, "anything.jar");
        System.setProperty(InstallCommand.BUNDLED, shop.toString());
        try {
            String[] where = {"--admin", "127.0.0.1:1", "-Dfirn.plugins.dir=" + room.jars};

            Firn.Ran ran = Firn.run("plugin", "install", "looker", where[0], where[1], where[2]);
            Firn.Ran unknown = Firn.run("plugin", "install", "loker", where[0], where[1], where[2]);

            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(room.jars.resolve("looker.jar")).exists();
            assertThat(unknown.err()).contains("there is no file loker", "did you mean looker?");
        } finally {
            System.clearProperty(InstallCommand.BUNDLED);
        }
    }

    @Test
    void verifiesWithoutABroker() throws IOException {
        Path good = PluginJars.harmless("looker").into(shop, "good.jar");
        Path endless = PluginJars.harmless("endless")
                .with("Plugin-Requires", ">=1.0.0")
                .into(shop, "endless.jar");
        Path later = PluginJars.harmless("later")
                .with("Plugin-Requires", ">=9.0.0 & <10.0.0")
                .into(shop, "later.jar");
        Path text = Files.writeString(shop.resolve("text.jar"), "no jar");
        String offline = "-Dfirn.plugins.trusted=" + room.conf.resolve("trusted");

        Firn.Ran fine = Firn.run("plugin", "verify", good.toString(), offline);
        Firn.Ran bad = Firn.run(
                "plugin", "verify", endless.toString(), later.toString(), text.toString(), "gone.jar", offline);

        assertThat(fine.exit()).as(fine.err()).isZero();
        assertThat(fine.out())
                .contains(
                        "looker@1.0.0",
                        "every reference into the SPI resolves",
                        "is not in the list of trusted plugins");
        assertThat(bad.exit()).isEqualTo(1);
        assertThat(bad.out())
                .contains("no upper bound", "needs SPI >=9.0.0 & <10.0.0", "not a complete jar", "gone.jar is no file");
        assertThat(Firn.run("plugin", "verify", good.toString(), offline, "--json")
                        .out())
                .contains("\"plugin\": \"looker@1.0.0\"");
    }

    @Test
    void signsAndTrustsSoThatAnEnforcingBrokerTakesIt() throws IOException {
        Path jar = PluginJars.harmless("looker").into(shop, "looker.jar");
        Path other = PluginJars.harmless("other").into(shop, "other.jar");
        String trusted = "-Dfirn.plugins.trusted=" + room.conf.resolve("trusted");
        room.start("firn.plugins.verify=ENFORCE");

        Firn.Ran refused = firn.plugin("install", jar.toString());
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("not installed", "is not trusted", "firn plugin trust");

        String key = root.resolve("acme").toString();
        Firn.Ran made = Firn.run("plugin", "sign", jar.toString(), "--new-key", key);
        assertThat(made.exit()).as(made.err()).isZero();
        assertThat(shop.resolve("looker.jar.sig")).exists();
        assertThat(Firn.run("plugin", "trust", "--signer", key + ".pub", "--name", "acme", trusted)
                        .out())
                .contains("ed25519");
        assertThat(firn.plugin("install", jar.toString()).out()).contains("ACTIVE");
        assertThat(firn.plugin("info", "looker").out()).contains("signer acme");

        assertThat(Firn.run("plugin", "trust", other.toString(), "--name", "by hand", trusted)
                        .exit())
                .isZero();
        assertThat(firn.plugin("install", other.toString()).out()).contains("ACTIVE");
        assertThat(firn.plugin("trust").out()).contains("acme", "by hand");
    }

    @Test
    void sayWhatIsWrongWithKeysAndLists() throws IOException {
        Path jar = PluginJars.harmless("looker").into(shop, "looker.jar");
        Path junk = Files.writeString(root.resolve("junk"), "junk");
        String trusted = "-Dfirn.plugins.trusted=" + room.conf.resolve("trusted");

        assertThat(Firn.run("plugin", "sign", jar.toString()).err()).contains("--key file");
        assertThat(Firn.run("plugin", "sign", jar.toString(), "--key", junk.toString())
                        .err())
                .contains("no Ed25519 private key");
        assertThat(Firn.run("plugin", "sign").err()).contains("name a jar");
        assertThat(Firn.run("plugin", "trust", "--signer", junk.toString(), trusted)
                        .err())
                .contains("--name");
        assertThat(Firn.run("plugin", "trust", "--signer", junk.toString(), "--name", "x", trusted)
                        .err())
                .contains("not an Ed25519 public key");
        assertThat(Firn.run("plugin", "trust", trusted).out()).contains("trusts nobody");
    }
}
