package io.firn.spi.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.contract.SpiVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The gate: {@code api/<version>/signatures.txt} is what the SPI of that version promises. The text of the present version
 * changes only in the commit that changes the SPI; those of earlier versions never change.
 */
final class SignaturesTest {

    private static final Path API = Path.of("api");
    private static final String WRITE = "firn.spi.write";

    @Test
    void areThoseThatAreWrittenDown() throws IOException {
        Path file = API.resolve(SpiVersion.current()).resolve("signatures.txt");
        List<String> now = Signatures.of(Path.of("target", "classes"));
        if (Boolean.getBoolean(WRITE)) {
            Files.createDirectories(file.getParent());
            Files.write(file, now);
        }
        assertThat(now)
                .as(
                        "the SPI's signatures differ from spi/%s. If that is meant, and everything else that plugins were"
                                + " promised still holds, write it anew with: mvn -pl spi test -Dtest=SignaturesTest"
                                + " -D%s=true, and commit it together with the change",
                        file, WRITE)
                .isEqualTo(Files.readAllLines(file));
    }

    @Test
    void breakNoPluginOfAnEarlierVersionOfThisMajor() throws IOException {
        List<String> now = Signatures.of(Path.of("target", "classes"));
        for (Path version : earlier()) {
            assertThat(Compatibility.breaks(Files.readAllLines(version.resolve("signatures.txt")), now))
                    .as("what a plugin built for %s trips over", version.getFileName())
                    .isEmpty();
        }
    }

    @Test
    void nameTheWholeSpi() throws IOException {
        List<String> now = Signatures.of(Path.of("target", "classes"));
        assertThat(now)
                .contains(
                        "io.firn.spi.put.PutMessageHook | interface plugin",
                        "io.firn.spi.put.PutMessageHook#beforePut(io.firn.spi.put.PutMessage) io.firn.spi.put.Verdict"
                                + " | abstract",
                        "io.firn.spi.put.PutView#client() io.firn.spi.put.ClientView? | abstract",
                        "io.firn.spi.contract.ByteSize#new(long) | new",
                        "io.firn.spi.message.FrameView#MAGIC_V1 int | constant " + 0xDAA320A7);
    }

    private static List<Path> earlier() throws IOException {
        String major = SpiVersion.current().split("\\.", -1)[0] + ".";
        try (Stream<Path> versions = Files.list(API)) {
            return versions.filter(v -> String.valueOf(v.getFileName()).startsWith(major))
                    .sorted()
                    .toList();
        }
    }
}
