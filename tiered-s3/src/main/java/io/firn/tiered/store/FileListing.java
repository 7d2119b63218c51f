package io.firn.tiered.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All keys of a directory under a prefix, in byte order. Looks only into directories that can hold such keys. */
final class FileListing {
    private final Path root;
    private final CancelToken cancel;
    private final List<String> keys = new ArrayList<>();

    FileListing(Path root, CancelToken cancel) {
        this.root = root;
        this.cancel = cancel;
    }

    List<String> keys(String prefix) throws IOException {
        String directory = prefix.substring(0, prefix.lastIndexOf('/') + 1);
        walk(FileNames.ofDirectory(root, directory), directory, prefix);
        keys.sort(KeyRules.BYTE_ORDER);
        return keys;
    }

    private void walk(Path directory, String path, String prefix) throws IOException {
        cancel.check("list " + prefix);
        try (DirectoryStream<Path> names = Files.newDirectoryStream(directory)) {
            for (Path file : names) {
                visit(file, path, prefix);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NoSuchFileException | NotDirectoryException goneMeanwhile) {
            return;
        }
    }

    private void visit(Path file, String path, String prefix) throws IOException {
        String name = String.valueOf(file.getFileName());
        String object = FileNames.objectSegment(name);
        if (object != null) {
            addIf(path + object, prefix);
            return;
        }
        @Nullable String segment = FileNames.directorySegment(name);
        if (segment != null && overlap(path + segment + "/", prefix) && Files.isDirectory(file)) {
            walk(file, path + segment + "/", prefix);
        }
    }

    private void addIf(String key, String prefix) {
        if (key.startsWith(prefix)) {
            keys.add(key);
        }
    }

    private static boolean overlap(String directory, String prefix) {
        return directory.startsWith(prefix) || prefix.startsWith(directory);
    }
}
