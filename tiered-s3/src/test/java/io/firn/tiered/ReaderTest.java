package io.firn.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.BrokerRole;
import io.firn.spi.fake.FakeTopics;
import io.firn.spi.topic.Topic;
import io.firn.tiered.fault.Fault;
import io.firn.tiered.fault.FaultScript;
import io.firn.tiered.fault.RequestLog;
import io.firn.tiered.fault.ScriptedS3;
import io.firn.tiered.operator.ListArgs;
import io.firn.tiered.operator.NoArgs;
import io.firn.tiered.store.RequestKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A read-only broker follows what its primary archives, and writes nothing. */
final class ReaderTest {
    private static final FaultScript AWAY = FaultScript.always(new Fault.Refuse(403, "AccessDenied"));

    private final ScriptedS3 server = ScriptedS3.start(FaultScript.none());

    @TempDir
    private Path directory;

    @AfterEach
    void stop() {
        server.close();
    }

    private Room primary() throws Exception {
        Room room = new Room(directory.resolve("primary"), Settings.on(server));
        room.context().topics().put(kept("forever"));
        return room.started();
    }

    private static Topic kept(String retention) {
        Topic plain = FakeTopics.topic("orders", 1);
        return new Topic(
                "orders", plain.kind(), plain.layout(), Map.of("archive.retention", retention), plain.incarnation());
    }

    private Room reader() throws Exception {
        Room room = new Room(directory.resolve("reader"), Settings.on(server));
        room.context().broker().become(BrokerRole.READER);
        return room.started();
    }

    private static long max(Room room) {
        return room.reader().coverage(Room.QUEUE).max();
    }

    private static Map<?, ?> status(Room room) throws Exception {
        return (Map<?, ?>) Objects.requireNonNull(room.command("status", new NoArgs()));
    }

    @Test
    void hasWhatThePrimaryArchivedAndWhatItKnows() throws Exception {
        try (Room primary = primary();
                Room reader = reader()) {
            primary.append(0, 300);
            primary.context().groups().commit("g", Room.QUEUE, 17);
            primary.ticks();
            reader.ticks();
            long max = max(primary);
            assertThat(max).isPositive();
            assertThat(max(reader)).isEqualTo(max);
            assertThat(reader.read(0, max)).isEqualTo(primary.read(0, max));
            assertThat(reader.context().topics().get("orders")).contains(kept("forever"));
            assertThat(reader.context().groups().committed("g")).isEqualTo(Map.of(Room.QUEUE, 17L));
        }
    }

    @Test
    void goesOnAsThePrimaryDoes() throws Exception {
        try (Room primary = primary();
                Room reader = reader()) {
            primary.context().topics().put(FakeTopics.topic("gone", 1));
            for (int round = 1; round <= 5; round++) {
                primary.append(100 * round, 100 * round + 100);
                primary.context().groups().commit("g", Room.QUEUE, round);
                primary.pass(Duration.ofMinutes(2));
                reader.pass(Duration.ofMinutes(2));
                assertThat(max(reader)).isEqualTo(max(primary)).isPositive();
                assertThat(reader.context().groups().committed("g")).isEqualTo(Map.of(Room.QUEUE, (long) round));
                assertThat(reader.context().topics().get("gone")).isPresent();
            }
            primary.context().topics().delete("gone");
            primary.pass(Duration.ofMinutes(2));
            reader.pass(Duration.ofMinutes(2));
            assertThat(reader.context().topics().get("gone")).isEmpty();
            assertThat(reader.read(0, max(reader))).isEqualTo(primary.read(0, max(primary)));
        }
    }

    @Test
    void writesNothingToTheBucket() throws Exception {
        try (Room primary = primary()) {
            primary.append(0, 300);
            primary.pass(Duration.ofMinutes(2));
        }
        server.log().clear();
        try (Room reader = reader()) {
            for (int minutes = 0; minutes < 30; minutes++) {
                reader.pass(Duration.ofMinutes(1));
            }
            reader.read(0, max(reader));
        }
        Set<RequestKind> kinds =
                server.log().entries().stream().map(RequestLog.Entry::kind).collect(Collectors.toSet());
        assertThat(kinds).isSubsetOf(RequestKind.GET, RequestKind.HEAD, RequestKind.LIST);
    }

    @Test
    void servesOnWhileTheBucketsLogIsAwayAndFollowsAgainAfterwards() throws Exception {
        try (Room primary = primary();
                Room reader = reader()) {
            primary.append(0, 300);
            primary.ticks();
            reader.ticks();
            long max = max(reader);
            server.follow(AWAY.onKeys("/(log|ckpt|gc|state)/"));
            reader.pass(Duration.ofMinutes(2));
            assertThat(reader.context().health().words().toString())
                    .contains("degraded")
                    .contains("AccessDenied");
            assertThat((String) status(reader).get("trouble")).contains("AccessDenied");
            assertThat(reader.read(0, max)).hasSize((int) max);

            server.follow(FaultScript.none());
            primary.append(300, 600);
            primary.ticks();
            reader.ticks();
            assertThat(max(reader)).isEqualTo(max(primary)).isGreaterThan(max);
            assertThat(status(reader).get("trouble")).isEqualTo("");
        }
    }

    @Test
    void startsWithoutTheBucketWithWhatItKnewAndWithNothingOnAnEmptyDisk() throws Exception {
        try (Room primary = primary()) {
            primary.append(0, 300);
            primary.ticks();
        }
        server.follow(AWAY);
        try (Room reader = reader()) {
            reader.ticks();
            assertThat(max(reader)).isZero();
        }
        server.follow(FaultScript.none());
        long max;
        try (Room reader = reader()) {
            reader.ticks();
            max = max(reader);
        }
        server.follow(AWAY);
        try (Room reader = reader()) {
            assertThat(max(reader)).isEqualTo(max).isPositive();
        }
    }

    @Test
    void queuesBeginBehindWhatIsPastItsRetention() throws Exception {
        try (Room primary = primary();
                Room reader = reader()) {
            primary.context().topics().put(kept("2h"));
            primary.append(0, 300);
            primary.pass(Duration.ofMinutes(1));
            reader.pass(Duration.ofMinutes(1));
            assertThat(reader.reader().coverage(Room.QUEUE).min()).isZero();
            server.log().clear();
            reader.pass(Duration.ofHours(3));
            assertThat(reader.reader().coverage(Room.QUEUE).min()).isEqualTo(max(reader));
            assertThat(server.bucket().keys()).anyMatch(key -> key.endsWith(".rpk"));
        }
    }

    @Test
    void tellsOperatorsWhatItHasAndLetsThemChangeNothing() throws Exception {
        try (Room primary = primary();
                Room reader = reader()) {
            primary.append(0, 300);
            primary.ticks();
            reader.ticks();
            assertThat(status(reader).get("phase")).isEqualTo("following");
            assertThat(status(reader).get("archivedUpTo"))
                    .isEqualTo(status(primary).get("archivedUpTo"));
            assertThat((List<?>) reader.command("ls", new ListArgs(0, 100))).isNotEmpty();
            for (String command : List.of("pause", "resume", "restore", "rebuild", "accept-gap", "scrub")) {
                assertThatThrownBy(() -> reader.command(command, new NoArgs()))
                        .as(command)
                        .hasMessageContaining("no command");
            }
        }
    }

    @Test
    void needsToBeToldWhereTheArchiveIs() throws Exception {
        try (Room room = new Room(directory.resolve("lost"), Settings.at(null))) {
            room.context().broker().become(BrokerRole.READER);
            assertThatThrownBy(room::started)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("location")
                    .hasMessageContaining("read-only broker");
        }
    }
}
