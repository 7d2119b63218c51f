package io.firn.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The rules that only the sources can show: line counts, a described package, and int constants, which the compiler
 * copies into their users so that no class file tells where they came from.
 *
 * @param root a source directory such as {@code src/main/java}
 */
record SourceRules(Path root) {
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);

    List<String> filesLongerThan(int lines) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : javaFiles()) {
            int count = Files.readAllLines(file).size();
            if (count > lines) {
                found.add(root.relativize(file) + " has " + count + " lines");
            }
        }
        return found;
    }

    List<String> packagesWithoutDescription() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : javaFiles()) {
            Path description = file.resolveSibling("package-info.java");
            String directory = root.relativize(description).getParent().toString();
            if (!found.contains(directory) && !isNullMarked(description)) {
                found.add(directory);
            }
        }
        return found;
    }

    /** Files that use the type outside the given directories, and that are neither handlers nor named senders. */
    List<String> usersOf(String type, Set<String> directories, Set<String> senders) throws IOException {
        Pattern use = Pattern.compile("\\b" + type + "\\b");
        List<String> found = new ArrayList<>();
        for (Path file : javaFiles()) {
            String name = file.getFileName().toString().replace(".java", "");
            String directory = root.relativize(file).getParent().toString().replace('\\', '/');
            boolean mayUse = directories.contains(directory) || name.endsWith("Handler") || senders.contains(name);
            if (!mayUse && use.matcher(code(file)).find()) {
                found.add(root.relativize(file).toString().replace('\\', '/'));
            }
        }
        return found;
    }

    private List<Path> javaFiles() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(f -> f.toString().endsWith(".java")).sorted().toList();
        }
    }

    private static boolean isNullMarked(Path description) throws IOException {
        return Files.exists(description) && code(description).contains("@NullMarked");
    }

    private static String code(Path file) throws IOException {
        return COMMENT.matcher(Files.readString(file)).replaceAll("");
    }
}
