package io.firn.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives test classes one broker and one driver per stock client for the whole run: {@link SharedSut.Fixture} as a
 * constructor parameter. For suites that keep apart by topic and group names; who kills or reconfigures starts their
 * own. {@code -Dfirn.it.keep=true} leaves the directory behind.
 */
public final class SharedSut implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Fixture.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedSut.class))
                .computeIfAbsent(Fixture.class, key -> new Fixture(), Fixture.class);
    }

    /** The broker and the drivers. Closed with the run. */
    public static final class Fixture implements AutoCloseable {
        private final Path directory;
        private final Sut sut;
        private final Map<StockClient, Driver> drivers = new EnumMap<>(StockClient.class);
        private @Nullable MqadminShell mqadmin;

        Fixture() {
            try {
                directory = Files.createTempDirectory("firn-it");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            sut = Sut.start(BrokerSpec.in(directory.resolve("broker"))
                    .with("enablePropertyFilter", "true")
                    .with("traceTopicEnable", "true"));
        }

        public Sut sut() {
            return sut;
        }

        public Path directory() {
            return directory;
        }

        public Driver driver(StockClient client) {
            return drivers.computeIfAbsent(client, key -> key.start(sut.nameServer(), directory));
        }

        public MqadminShell mqadmin() {
            MqadminShell shell = mqadmin;
            if (shell == null) {
                shell = MqadminShell.start(sut.nameServer(), directory);
                mqadmin = shell;
            }
            return shell;
        }

        @Override
        public void close() throws IOException {
            if (mqadmin != null) {
                mqadmin.close();
            }
            drivers.values().forEach(Driver::close);
            sut.close();
            if (!Boolean.getBoolean("firn.it.keep")) {
                deleteTree(directory);
            }
        }
    }

    static void deleteTree(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException error) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
