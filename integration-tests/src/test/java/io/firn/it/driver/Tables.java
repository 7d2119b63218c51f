package io.firn.it.driver;

import io.firn.tableview.TableEntry;
import io.firn.tableview.TableOptions;
import io.firn.tableview.TableQueue;
import io.firn.tableview.TableView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tables of topics, kept by the helper that applications use. Commands come from the driver's main thread. */
final class Tables {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String nameServer;
    private final Answers answers;
    private final Map<String, TableView> tables = new ConcurrentHashMap<>();

    Tables(String nameServer, Answers answers) {
        this.nameServer = nameServer;
        this.answers = answers;
    }

    /** {@code table name= topic= [state=file]}: opens one and waits until it is ready. */
    Line open(Line command) throws Exception {
        TableOptions options = TableOptions.of(nameServer, command.get("topic"));
        String state = command.get("state", "");
        TableView table = TableView.open(state.isEmpty() ? options : options.keptIn(Path.of(state)));
        tables.put(command.get("name"), table);
        if (!table.awaitReady(PATIENCE)) {
            throw new IllegalStateException("not ready: " + table.positions() + ", " + table.trouble());
        }
        return Line.of("ok", "size", table.size());
    }

    /** {@code entries name= until=queue:offset,queue:offset}: a row for each key, once the table has read up to there. */
    void entries(Line command) throws Exception {
        TableView table = tables.get(command.get("name"));
        if (table == null) {
            throw new IllegalArgumentException("no table " + command.get("name"));
        }
        for (String part : command.get("until").split(",", -1)) {
            String[] place = part.split(":", -1);
            for (TableQueue queue : table.positions().keySet()) {
                long last = Long.parseLong(place[1]) - 1;
                if (queue.id() == Integer.parseInt(place[0]) && !table.awaitOffset(queue, last, PATIENCE)) {
                    throw new IllegalStateException(queue + " is not read up to " + last + ": " + table.positions());
                }
            }
        }
        for (TableEntry entry : table.snapshot().values()) {
            answers.print(Line.of(
                    "row",
                    "keys",
                    entry.key(),
                    "queue",
                    entry.queue().id(),
                    "offset",
                    entry.offset(),
                    "id",
                    Payload.id(entry.body()),
                    "intact",
                    Payload.isIntact(entry.body())));
        }
    }

    boolean close(String name) {
        TableView table = tables.remove(name);
        if (table != null) {
            table.close();
        }
        return table != null;
    }
}
