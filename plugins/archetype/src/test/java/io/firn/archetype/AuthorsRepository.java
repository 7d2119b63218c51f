package io.firn.archetype;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A local Maven repository as an author has it after {@code mvn install} of this checkout, without installing anything:
 * links into the real one for libraries, copies of what this build has made for Firn's own.
 */
final class AuthorsRepository {

    private static final String GROUP = "io/firn";

    private final Path root;
    private final Path checkout;
    private final String version;

    private AuthorsRepository(Path root, Path checkout, String version) {
        this.root = root;
        this.checkout = checkout;
        this.version = version;
    }

    static AuthorsRepository make(Path root, Path real, Path checkout, String version) throws IOException {
        delete(root);
        AuthorsRepository made = new AuthorsRepository(root, checkout, version);
        made.link(real, root, "io");
        made.link(real.resolve("io"), root.resolve("io"), "firn");
        made.add("firn-parent", "pom.xml");
        made.add("firn-plugin-parent", "plugins/parent/pom.xml");
        made.add("firn-spi", "spi/pom.xml", "", "-tests");
        made.add("firn-core-broker", "core-broker/pom.xml", "");
        made.add("firn-testkit", "plugins/testkit/pom.xml", "");
        made.add("firn-plugin-archetype", "plugins/archetype/pom.xml", "");
        return made;
    }

    Path root() {
        return root;
    }

    /** Links to everything in a directory but one name. */
    private void link(Path from, Path to, String except) throws IOException {
        Files.createDirectories(to);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(from)) {
            for (Path each : all) {
                String name = each.getFileName().toString();
                if (!name.equals(except)) {
                    Files.createSymbolicLink(to.resolve(name), each);
                }
            }
        }
    }

    private void add(String artifact, String pom, String... classifiers) throws IOException {
        Path directory = Files.createDirectories(root.resolve(GROUP, artifact, version));
        Path source = checkout.resolve(pom);
        Files.copy(source, directory.resolve(artifact + "-" + version + ".pom"));
        for (String classifier : classifiers) {
            String jar = artifact + "-" + version + classifier + ".jar";
            Files.copy(source.resolveSibling("target").resolve(jar), directory.resolve(jar));
        }
    }

    private static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> all = Files.walk(tree)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }
}
