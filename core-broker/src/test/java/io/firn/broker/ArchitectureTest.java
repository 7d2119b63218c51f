package io.firn.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The house as tests: which room may know which, what stays behind a fence, what code here looks like. */
final class ArchitectureTest {
    /** Bottom up. A room uses the floors below its own; a room that is not built yet breaks no rule. */
    private static final List<Set<String>> FLOORS = List.of(
            Set.of("runtime"),
            Set.of("record", "wire"),
            Set.of("log", "server"),
            Set.of("queue", "filter", "topic", "group"),
            Set.of(
                    "produce",
                    "retry",
                    "consume",
                    "pop",
                    "delay",
                    "timer",
                    "transaction",
                    "query",
                    "replication",
                    "nameserver",
                    "retention",
                    "plugin",
                    "security",
                    "admin"),
            Set.of(".", "cli"));

    /** Inside one floor: groups know topics, main lists the commands, features implement ports that others own. */
    private static final Set<String> ALLOWED = Set.of(
            "group -> topic",
            ". -> cli",
            "delay -> produce.SendRewrite",
            "timer -> produce.SendRewrite",
            "retry -> produce.SendRewrite",
            "transaction -> produce.SendRewrite",
            "plugin -> produce.PutHooks",
            "plugin -> produce.PutChain",
            "plugin -> produce.PutDraft",
            "plugin -> produce.ProduceThrottle",
            "plugin -> retention.SegmentHolds");

    private static final List<String> SUFFIXES =
            List.of("Manager", "Service", "Util", "Utils", "Helper", "Impl", "Info", "Data", "Common", "Base");

    /** Wire types that are known by such a name everywhere and would be harder to find under another. */
    private static final Set<String> STANDARD_NAMES = Set.of();

    /** Classes that send requests of their own instead of answering them, and so must name a request code. */
    private static final Set<String> SENDERS =
            Set.of("RebalanceNotices", "Registrar", "CheckNotices", "ReplyPush", "ResetNotices");

    private static final int MAX_LINES = 500;

    private static final Path MAIN_SOURCES = Path.of(System.getProperty("basedir", ""), "src", "main", "java");
    private static final Path TEST_SOURCES = Path.of(System.getProperty("basedir", ""), "src", "test", "java");

    @Nested
    final class TheBroker {
        private final HouseRules rules = new HouseRules("io.firn.broker", floorPlan(), ALLOWED);
        private static final JavaClasses BROKER = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.firn.broker");

        @Test
        void isNotEmpty() {
            assertThat(BROKER).isNotEmpty();
        }

        @Test
        void usesOnlyLowerFloors() {
            rules.floorsKnowOnlyLowerFloors().check(BROKER);
        }

        @Test
        void hasNoCycleBetweenPackages() {
            rules.packagesFormNoCycle().check(BROKER);
        }

        @Test
        void keepsNettyInWireAndServer() {
            rules.packageStaysIn("io.netty..", "wire", "server").check(BROKER);
        }

        @Test
        void keepsPf4jInPlugin() {
            rules.packageStaysIn("org.pf4j..", "plugin").check(BROKER);
        }

        @Test
        void keepsMappingInMappedFile() {
            rules.mappingStaysInMappedFile().check(BROKER);
            rules.mappedFileStaysInLogAndQueue().check(BROKER);
        }

        @Test
        void makesThreadsInRuntimeAndServer() {
            rules.threadsAreMadeIn("runtime", "server").check(BROKER);
        }

        @Test
        void readsTheWallClockInRuntime() {
            rules.wallClockIsReadIn("runtime").check(BROKER);
        }

        @Test
        void namesRequestCodesInWireBrokerAndHandlers() throws IOException {
            assertThat(requestCodeUsers(MAIN_SOURCES)).isEmpty();
        }

        @Test
        void hasNoSettersAndNoMutableStatics() {
            rules.thereAreNoSetters().check(BROKER);
            rules.thereAreNoMutableStatics().check(BROKER);
        }

        @Test
        void hasNamesThatNameSomething() {
            rules.namesEndWithNoneOf(SUFFIXES, STANDARD_NAMES).check(BROKER);
        }

        @Test
        void hasShortFilesAndDescribedPackages() throws IOException {
            assertThat(new SourceRules(MAIN_SOURCES).filesLongerThan(MAX_LINES)).isEmpty();
            assertThat(new SourceRules(TEST_SOURCES).filesLongerThan(MAX_LINES)).isEmpty();
            assertThat(new SourceRules(MAIN_SOURCES).packagesWithoutDescription())
                    .isEmpty();
        }
    }

    /** A rule that cannot fail proves nothing: each meets classes that break it. */
    @Nested
    final class EachRule {
        private static final String FIXTURE = "io.firn.fixture";

        private final HouseRules rules = new HouseRules(FIXTURE, floorPlan(), ALLOWED);
        private static final JavaClasses FIXTURES = new ClassFileImporter().importPackages(FIXTURE);

        @Test
        void rejectsHigherFloorsNeighboursAndUnknownRooms() {
            assertThat(violations(rules.floorsKnowOnlyLowerFloors()))
                    .anyMatch(v -> v.startsWith("log may not use queue"))
                    .anyMatch(v -> v.startsWith("topic may not use group"))
                    .anyMatch(v -> v.startsWith("delay may not use produce") && v.contains("Sends"))
                    .anyMatch(v -> v.startsWith(FIXTURE + ".attic.Forgotten lives in no room"))
                    .allMatch(v -> v.matches("(log may|topic may|delay may|.*attic).*"))
                    .noneMatch(v -> v.contains("SendRewrite"));
        }

        @Test
        void rejectsCycles() {
            assertThat(violations(rules.packagesFormNoCycle()))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("Slice group", "Slice topic");
        }

        @Test
        void rejectsALibraryOutsideItsRoom() {
            assertThat(violations(rules.packageStaysIn("io.netty..", "wire", "server")))
                    .isNotEmpty()
                    .allMatch(v -> v.contains("FenceBreaker"));
            assertThat(violations(rules.packageStaysIn("io.netty..", "queue"))).isEmpty();
        }

        @Test
        void rejectsMappingOutsideMappedFile() {
            assertThat(violations(rules.mappingStaysInMappedFile()))
                    .hasSize(3)
                    .anyMatch(v -> v.contains("FileChannel.map("))
                    .anyMatch(v -> v.contains("MappedByteBuffer.force("))
                    .anyMatch(v -> v.contains("MemorySegment.force("))
                    .allMatch(v -> v.contains("FenceBreaker"));
            assertThat(violations(rules.mappedFileStaysInLogAndQueue()))
                    .isNotEmpty()
                    .allMatch(v -> v.contains("delay.MapHolder"));
        }

        @Test
        void rejectsThreadsOutsideRuntimeAndServer() {
            assertThat(violations(rules.threadsAreMadeIn("runtime", "server")))
                    .hasSize(5)
                    .anyMatch(v -> v.contains("Thread.<init>("))
                    .anyMatch(v -> v.contains("Thread.startVirtualThread("))
                    .anyMatch(v -> v.contains("Executors.newSingleThreadExecutor("))
                    .anyMatch(v -> v.contains("ForkJoinPool.<init>("))
                    .anyMatch(v -> v.contains("CompletableFuture.runAsync(java.lang.Runnable)"));
        }

        @Test
        void rejectsTheWallClockOutsideRuntime() {
            assertThat(violations(rules.wallClockIsReadIn("runtime")))
                    .hasSize(3)
                    .anyMatch(v -> v.contains("System.currentTimeMillis("))
                    .anyMatch(v -> v.contains("Instant.now("))
                    .anyMatch(v -> v.contains("Clock.systemUTC("));
        }

        @Test
        void rejectsSettersAndMutableStatics() {
            assertThat(violations(rules.thereAreNoSetters()))
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("setDepth");
            assertThat(violations(rules.thereAreNoMutableStatics()))
                    .hasSize(2)
                    .anyMatch(v -> v.contains("opened"))
                    .anyMatch(v -> v.contains("CLOSED"));
        }

        @Test
        void rejectsBannedSuffixes() {
            assertThat(violations(rules.namesEndWithNoneOf(SUFFIXES, Set.of())))
                    .hasSize(2)
                    .anyMatch(v -> v.contains("SegmentManager"))
                    .anyMatch(v -> v.contains("TailInfo"));
            assertThat(violations(rules.namesEndWithNoneOf(SUFFIXES, Set.of("TailInfo"))))
                    .hasSize(1);
        }

        @Test
        void rejectsLongFiles(@TempDir Path sources) throws IOException {
            write(sources, "a/Long.java", "\n".repeat(MAX_LINES) + "final class Long {}\n");
            write(sources, "a/Short.java", "\n".repeat(MAX_LINES - 1) + "final class Short {}\n");

            assertThat(new SourceRules(sources).filesLongerThan(MAX_LINES))
                    .containsExactly(Path.of("a", "Long.java") + " has 501 lines");
        }

        @Test
        void rejectsPackagesNobodyDescribed(@TempDir Path sources) throws IOException {
            write(sources, "a/Lost.java", "package a;");
            write(sources, "b/Null.java", "package b;");
            write(sources, "b/package-info.java", "/** Says nothing of @NullMarked. */ package b;");
            write(sources, "c/package-info.java", "@NullMarked package c;");

            assertThat(new SourceRules(sources).packagesWithoutDescription()).containsExactly("a", "b");
        }

        @Test
        void rejectsRequestCodesOutsideWireBrokerAndHandlers(@TempDir Path sources) throws IOException {
            String use = "class X { int c = RequestCode.PULL_MESSAGE; }";
            write(sources, "io/firn/broker/Broker.java", use);
            write(sources, "io/firn/broker/wire/RequestCode.java", "final class RequestCode {}");
            write(sources, "io/firn/broker/consume/PullHandler.java", use);
            write(sources, "io/firn/broker/consume/PullRequest.java", use);
            write(sources, "io/firn/broker/queue/LongPolls.java", "/** Not {@code RequestCode}. */ class LongPolls {}");

            assertThat(requestCodeUsers(sources)).containsExactly("io/firn/broker/consume/PullRequest.java");
        }

        private List<String> violations(ArchRule rule) {
            return rule.evaluate(FIXTURES).getFailureReport().getDetails();
        }

        private static void write(Path root, String name, String text) throws IOException {
            Path file = root.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
    }

    private static List<String> requestCodeUsers(Path sources) throws IOException {
        Set<String> home = Set.of("io/firn/broker", "io/firn/broker/wire");
        return new SourceRules(sources).usersOf("RequestCode", home, SENDERS);
    }

    private static Map<String, Integer> floorPlan() {
        Map<String, Integer> plan = new HashMap<>();
        for (int floor = 0; floor < FLOORS.size(); floor++) {
            for (String room : FLOORS.get(floor)) {
                plan.put(room, floor);
            }
        }
        return plan;
    }
}
