package io.firn.it.abuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.harness.BrokerSpec;
import io.firn.it.harness.Driver;
import io.firn.it.harness.FirnProcess;
import io.firn.it.harness.JavaProcess;
import io.firn.it.harness.Ports;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.StockClient;
import io.firn.it.harness.StoredLog;
import io.firn.it.harness.StoredRecord;
import io.firn.it.harness.Sut;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Starts that must not succeed: one clear line on standard error, nothing on standard output, a non-zero exit code. */
@Tag("firn")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadStartIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private Path filled;

    /** Before any start that fails: this one leaves its classes to the others. */
    @BeforeAll
    void fillOnce(@TempDir Path shared) {
        BrokerSpec spec = small(BrokerSpec.in(shared.resolve("broker")));
        filled = spec.store();
        try (Sut sut = Sut.start(spec)) {
            fill(sut, shared);
            assertThat(sut.stop()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"listenPort, 0", "listenPort, -2", "firn.nameserver.port, 0", "firn.admin.port, 0"})
    void aPortInUseIsNamed(String key, int taken) throws IOException {
        int port = Ports.freeForBroker();
        try (ServerSocket other = new ServerSocket(port + taken, 1, InetAddress.getLoopbackAddress())) {
            String complaint = complaint(spec(), "-D" + key + "=" + port);
            assertThat(complaint).contains(String.valueOf(other.getLocalPort())).containsIgnoringCase("in use");
        }
    }

    @Test
    void aStoreInUseIsNamed() {
        try (Sut first = Sut.start(spec())) {
            String complaint = complaint(spec());
            assertThat(complaint).contains(first.store().toString()).containsPattern("(?i)lock|in use|another");
            RawClient.createTopic(first, "StillThere", 1);
        }
    }

    @Test
    void aStoreDirectoryThatCannotBeMadeIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "not a directory");
        Path store = file.resolve("store");

        assertThat(complaint(spec(), "-DstorePathRootDir=" + store)).contains(file.toString());
        assertThat(complaint(spec(), "-DstorePathRootDir=" + file)).contains(file.toString());
        // where even root can make nothing
        assertThat(complaint(spec(), "-DstorePathRootDir=/proc/firn-store")).contains("/proc/firn-store");
    }

    @Test
    void aLogThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "not a directory");
        Path taken = Files.createDirectories(directory.resolve("logs").resolve("firn.log"))
                .getParent();

        for (String logs : List.of(file.toString(), file + "/logs", taken.toString(), "/proc", "/proc/firn-logs")) {
            assertThat(complaint(spec(), "-Dfirn.log.dir=" + logs)).contains("firn.log.dir", logs);
        }
        assertThat(spec().store()).as("nothing was opened before").doesNotExist();
    }

    @Test
    void anUnknownKeyIsNamedOnStandardErrorAndInTheLogWithTheNearestKnown() throws IOException {
        Path conf = Files.writeString(directory.resolve("broker.conf"), "maxMesageSize=65536\n");
        try (JavaProcess process = FirnProcess.launch(spec(), List.of("-c", conf.toString()))) {
            process.awaitOutLine(line -> FirnProcess.READY.matcher(line).matches(), LIMIT);
            assertThat(process.terminate(LIMIT)).isZero();

            assertThat(process.errLines())
                    .singleElement()
                    .asString()
                    .contains("WARN", "maxMesageSize", "maxMessageSize");
            assertThat(Files.readString(spec().directory().resolve("logs").resolve("firn.log")))
                    .contains("maxMesageSize", "maxMessageSize");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mappedFileSizeCommitLog, lots",
        "mappedFileSizeCommitLog, -1",
        "mappedFileSizeCommitLog, 17",
        "flushDiskType, SOMETIMES",
        "listenPort, 70000",
        "listenPort, http",
        "maxMessageSize, ''",
        "autoCreateTopicEnable, perhaps",
        "brokerName, ''",
        "brokerIP1, no.such.host.invalid",
        "firn.admin.port, -5"
    })
    void aBadValueIsNamedWithItsKey(String key, String value) {
        assertThat(complaint(spec(), "-D" + key + "=" + value)).contains(key).contains(value);
    }

    @Test
    void aConfigurationFileThatIsNotThereIsNamed() {
        Path file = directory.resolve("absent.conf");
        assertThat(complaint(spec(), "-c", file.toString())).contains(file.toString());
    }

    @Test
    void aSegmentOfTheWrongLengthIsNamed() throws IOException {
        fillStore();
        Path segment =
                new StoredLog(spec().store().resolve("commitlog")).segments().get(1);
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.truncate(BrokerSpec.SEGMENT_BYTES - 1);
        }
        assertThat(complaint(spec()))
                .contains(segment.getFileName().toString())
                .contains(String.valueOf(BrokerSpec.SEGMENT_BYTES));
    }

    @Test
    void anotherSegmentSizeThanTheStoresIsNamed() throws IOException {
        fillStore();
        assertThat(complaint(spec(), "-DmappedFileSizeCommitLog=" + 2 * BrokerSpec.SEGMENT_BYTES))
                .contains(String.valueOf(BrokerSpec.SEGMENT_BYTES));
    }

    @Test
    void aStrayFileInTheLogIsNamedOrLeftAlone() throws IOException {
        fillStore();
        Path stray = Files.writeString(spec().store().resolve("commitlog").resolve("notes.txt"), "x");
        assertThat(complaint(spec())).contains(stray.getFileName().toString());
    }

    @ParameterizedTest
    @CsvSource({"topics.json", "consumerOffset.json", "subscriptionGroup.json"})
    void aConfigurationTableThatIsNotJsonIsNamed(String name) throws IOException {
        fillStore();
        Path config = spec().store().resolve("config");
        Files.writeString(config.resolve(name), "{\"half\":");
        Files.deleteIfExists(config.resolve(name + ".bak"));

        assertThat(complaint(spec())).contains(name);
    }

    @Test
    void aDamagedRecordInTheMiddleIsNamedWithFileAndPosition() throws IOException {
        Sut sut = Sut.start(spec().with("flushDiskType", "SYNC_FLUSH"));
        fill(sut, directory);
        StoredRecord last = readWhileRunning(sut).getLast();
        Path checkpoint = sut.store().resolve("checkpoint");
        Awaitility.await("the checkpoint to state that all is flushed")
                .atMost(Duration.ofSeconds(30))
                .until(() -> readLong(checkpoint, 32) >= last.position());
        sut.kill();
        sut.close();
        List<StoredRecord> records = new StoredLog(sut.commitLog()).records();
        StoredRecord victim = records.get(records.size() / 2);
        Path segment = damage(sut, victim);
        // as an older checkpoint would be: recovery has to read from the start
        forgetDispatched(checkpoint);

        String complaint = complaint(spec());
        assertThat(complaint).contains(segment.getFileName().toString()).contains(String.valueOf(victim.position()));
        assertThat(complaint(spec()))
                .as("nothing was repaired behind the operator's back")
                .isEqualTo(complaint);
    }

    // flips one bit in the middle of the body
    private static Path damage(Sut sut, StoredRecord victim) throws IOException {
        long start = victim.position() / BrokerSpec.SEGMENT_BYTES * BrokerSpec.SEGMENT_BYTES;
        Path segment = sut.commitLog().resolve("%020d".formatted(start));
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long at = victim.position() - start + 88 + victim.body().length / 2;
            ByteBuffer one = ByteBuffer.allocate(1);
            assertThat(channel.read(one, at)).isEqualTo(1);
            one.put(0, (byte) (one.get(0) ^ 4)).rewind();
            assertThat(channel.write(one, at)).isEqualTo(1);
        }
        return segment;
    }

    private static List<StoredRecord> readWhileRunning(Sut sut) {
        return new StoredLog(sut.commitLog()).records();
    }

    private static long readLong(Path file, int at) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file)).getLong(at);
    }

    // long at 40: up to where queues were forced; int at 52: CRC32C of the 52 bytes before
    private static void forgetDispatched(Path checkpoint) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(checkpoint)).putLong(40, 0);
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), 0, 52);
        Files.write(checkpoint, bytes.putInt(52, (int) crc.getValue()).array());
    }

    private BrokerSpec spec() {
        return small(BrokerSpec.in(directory.resolve("broker")));
    }

    // of what is filled, little is empty
    private static BrokerSpec small(BrokerSpec spec) {
        return spec.with("maxHashSlotNum", "1000").with("maxIndexNum", "4000");
    }

    private void fillStore() throws IOException {
        Path store = spec().store();
        try (Stream<Path> files = Files.walk(filled)) {
            for (Path file : files.toList()) {
                Path copy = store.resolve(filled.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    // three segments
    private static void fill(Sut sut, Path directory) {
        RawClient.createTopic(sut, "Filled", 1);
        try (Driver driver = StockClient.V5_JSON.start(sut.nameServer(), directory)) {
            driver.call("producer", "name", "p", "compressOver", Integer.MAX_VALUE);
            driver.call("send", "producer", "p", "topic", "Filled", "prefix", "m", "count", 50, "size", 400_000);
            driver.call("pull", "group", "G", "topic", "Filled", "queue", 0, "offset", 0, "commit", 7);
        }
    }

    private static String complaint(BrokerSpec spec, String... overrides) {
        try (JavaProcess process = FirnProcess.launch(spec, List.of(overrides))) {
            assertThat(process.awaitExit(LIMIT)).as(process.report()).isNotZero();
            assertThat(process.outLines()).as(process.report()).isEmpty();
            List<String> said =
                    process.errLines().stream().filter(line -> !line.isBlank()).toList();
            assertThat(said).as("one line: " + process.report()).hasSize(1);
            assertThat(said.getFirst()).doesNotContain("Exception:", "\tat ");
            return said.getFirst();
        }
    }
}
