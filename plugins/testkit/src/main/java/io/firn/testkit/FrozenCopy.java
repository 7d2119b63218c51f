package io.firn.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Copies a directory while this process stands still, so that the copy is what the death of the process at that instant
 * would have left: all that was written to files, by mapping or not, whether on disk or only in the system's page
 * cache; nothing that was in the process's own memory. A shell stops the process with SIGSTOP, waits until each of its
 * threads has stopped, copies, and continues it.
 */
final class FrozenCopy {

    private static final String SCRIPT = """
            pid=$1
            trap 'kill -CONT "$pid"' EXIT
            kill -STOP "$pid" || exit 3
            tries=0
            while [ -d "/proc/$pid/task" ]; do
              running=
              for stat in "/proc/$pid/task/"*/stat; do
                read -r line <"$stat" 2>/dev/null || continue
                case "${line##*) }" in T*|t*|Z*|X*) ;; *) running=1 ;; esac
              done
              [ -z "$running" ] && break
              tries=$((tries + 1))
              [ "$tries" -gt 2000 ] && exit 4
            done
            cp -R -p "$2" "$3"
            """;
    private static final int NOT_STOPPED = 4;

    private FrozenCopy() {}

    /**
     * Takes a copy.
     *
     * @param to does not exist yet
     * @throws UnsupportedOperationException when this process can not be stopped: it is the first of its container, or
     *     there is no shell
     */
    static void take(Path from, Path to) {
        List<String> command = List.of(
                "/bin/sh",
                "-c",
                SCRIPT,
                "frozen-copy",
                Long.toString(ProcessHandle.current().pid()),
                from.toString(),
                to.toString());
        try {
            Process shell =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said;
            try (InputStream out = shell.getInputStream()) {
                said = new String(out.readAllBytes(), StandardCharsets.UTF_8).trim();
            }
            int code = shell.waitFor();
            if (code == NOT_STOPPED) {
                throw new UnsupportedOperationException("this process does not stop on SIGSTOP, so a crash can not be"
                        + " shown: run the test in a process that is not the first of its container");
            }
            if (code != 0) {
                throw new UnsupportedOperationException(
                        "no frozen copy of " + from + ", exit code " + code + ": " + said);
            }
        } catch (IOException e) {
            throw new UnsupportedOperationException("a crash is shown by means of /bin/sh, kill and cp: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
