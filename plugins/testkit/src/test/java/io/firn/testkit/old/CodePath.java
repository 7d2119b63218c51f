package io.firn.testkit.old;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Where classes of this test come from. */
final class CodePath {

    private CodePath() {}

    /** The jar or directory. */
    static Path of(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
