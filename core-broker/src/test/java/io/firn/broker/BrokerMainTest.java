package io.firn.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line: what it lists, and how it fails. */
final class BrokerMainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Test
    void helpListsTheCommands() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("start", "config", "help");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void versionNamesTheProgram() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString()).startsWith("firn ");
    }

    @Test
    void configPrintsTheReference() {
        assertThat(run("config")).isZero();
        assertThat(out.toString()).isEqualTo(ConfigCommand.reference());
    }

    @Test
    void anUnknownCommandIsWrongUsage() {
        assertThat(run("strat")).isEqualTo(2);
        assertThat(err.toString()).contains("strat");
    }

    @Test
    void aBadValueIsOneLineAndTouchesNoStore() {
        assertThat(start("-DlistenPort=70000")).isEqualTo(1);
        assertThat(err.toString()).isEqualTo("firn: configuration listenPort=70000: expected integer 0..65535\n");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void aRefusedSettingIsOneLineAndTouchesNoStore() {
        assertThat(start("-DaclEnable=true")).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("firn: configuration aclEnable=true: ")
                .hasLineCount(1);
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void startingWithoutAPluginIsSaidOnTheCommandLine() {
        int exit = start(
                "-Dfirn.plugins.dir=" + directory.resolve("jars"),
                "-Dfirn.plugins.required=gone,lost",
                "-DlistenPort=0",
                "--without-plugin",
                "gone");

        assertThat(exit).isEqualTo(1);
        assertThat(err.toString())
                .contains("firn: plugin lost is required by firn.plugins.required", "firn start --without-plugin lost")
                .doesNotContain("plugin gone");
    }

    @Test
    void pluginsHaveCommandsOfTheirOwn() {
        assertThat(run("plugin", "--help")).isZero();
        assertThat(out.toString()).contains("install", "break-hold", "dispatcher", "verify");
    }

    @Test
    void anUnreadableFileIsOneLine() {
        Path file = directory.resolve("missing.conf");
        assertThat(start("-c", file.toString())).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("firn: can not read")
                .contains(file.toString())
                .hasLineCount(1);
    }

    @Test
    void aLogDirectoryThatIsAFileIsOneLine() throws Exception {
        Path file = Files.createFile(directory.resolve("logs.txt"));
        assertThat(run("start", "-Dfirn.log.dir=" + file)).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("firn: configuration firn.log.dir=")
                .hasLineCount(1);
    }

    /** Starts that must fail; should one not, it would take free ports and a directory of its own. */
    private int start(String... args) {
        String[] all = new String[args.length + 6];
        all[0] = "start";
        all[1] = "-Dfirn.log.dir=" + directory.resolve("logs");
        all[2] = "-DstorePathRootDir=" + directory.resolve("data");
        all[3] = "-Dfirn.nameserver.port=0";
        all[4] = "-Dfirn.admin.port=0";
        all[5] = "-DbrokerName=broker-a";
        System.arraycopy(args, 0, all, 6, args.length);
        return run(all);
    }

    private int run(String... args) {
        CommandLine line = BrokerMain.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return line.execute(args);
    }
}
