package io.firn.testkit.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The guide's pages show what is compiled here, word for word. */
final class PagesTest {

    private static final Path PAGES = Path.of("../../docs/plugins");
    private static final Path SOURCES = Path.of("src/test/java/io/firn/testkit/guide");
    private static final Pattern SHOWN =
            Pattern.compile("<!-- ([A-Za-z]+)\\.java -->\\n```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern EXAMPLE = Pattern.compile("// example\\n(.*?) *// end", Pattern.DOTALL);
    private static final int MOST_LINES = 20;

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> all = Files.list(SOURCES)) {
            return all.filter(file -> file.toString().endsWith("Example.java")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void showTheExampleAsItIsCompiled(Path source) throws IOException {
        String name = source.getFileName().toString().replace(".java", "");
        String compiled = example(Files.readString(source));

        assertThat(compiled.lines().count()).as("lines of " + name).isLessThanOrEqualTo(MOST_LINES);
        assertThat(shown(name))
                .as("pages that show " + name)
                .isNotEmpty()
                .allSatisfy(text -> assertThat(text).isEqualTo(compiled));
    }

    @Test
    void showNoOtherJavaThanExamples() throws IOException {
        for (Path page : pages()) {
            String text = Files.readString(page);
            long blocks = Pattern.compile("```java").matcher(text).results().count();

            assertThat(SHOWN.matcher(text).results().count())
                    .as(page.toString())
                    .isEqualTo(blocks);
        }
    }

    private static String example(String source) {
        return EXAMPLE.matcher(source)
                .results()
                .map(match -> match.group(1).stripTrailing().stripIndent() + "\n")
                .findFirst()
                .orElseThrow(() -> new AssertionError("no // example … // end"));
    }

    private static List<String> shown(String name) throws IOException {
        Stream.Builder<String> found = Stream.builder();
        for (Path page : pages()) {
            SHOWN.matcher(Files.readString(page))
                    .results()
                    .filter(match -> match.group(1).equals(name))
                    .map((MatchResult match) -> match.group(2))
                    .forEach(found);
        }
        return found.build().toList();
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> all = Files.list(PAGES)) {
            return all.filter(page -> page.toString().endsWith(".md")).sorted().toList();
        }
    }
}
