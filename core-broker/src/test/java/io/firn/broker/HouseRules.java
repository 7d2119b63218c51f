package io.firn.broker;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.lang.foreign.MemorySegment;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Predicate;

/**
 * The rules of the house as ArchUnit rules over compiled classes. They are built for a root package, so that the same
 * rules run over the broker, which must keep them, and over fixture classes, which break each of them.
 *
 * @param root the package whose direct sub-packages are the rooms
 * @param floors room to floor; {@code "."} is the root package itself
 * @param allowed dependencies inside one floor: {@code room -> room} or {@code room -> room.Type}
 */
record HouseRules(String root, Map<String, Integer> floors, Set<String> allowed) {
    private static final List<Class<?>> THREAD_MAKERS =
            List.of(Thread.class, ThreadPoolExecutor.class, ForkJoinPool.class, Timer.class);
    private static final Set<String> THREAD_FACTORIES = Set.of("ofVirtual", "ofPlatform", "startVirtualThread");
    private static final Set<String> WALL_CLOCK_TYPES = Set.of(
            Instant.class.getName(),
            LocalDate.class.getName(),
            LocalTime.class.getName(),
            LocalDateTime.class.getName(),
            OffsetDateTime.class.getName(),
            ZonedDateTime.class.getName());

    ArchRule floorsKnowOnlyLowerFloors() {
        return classes()
                .that(inRooms(floors.keySet()).or(describe("anywhere under " + root, this::isOurs)))
                .should(useOnlyLowerFloors())
                .allowEmptyShould(true);
    }

    ArchRule packagesFormNoCycle() {
        return slices().matching(root + ".(**)").should().beFreeOfCycles().allowEmptyShould(true);
    }

    ArchRule packageStaysIn(String packageIdentifier, String... rooms) {
        return noClasses()
                .that(outside(rooms))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(packageIdentifier)
                .allowEmptyShould(true);
    }

    /** Only {@code log.MappedFile} maps and forces memory; only the rooms log and queue hold one. */
    ArchRule mappingStaysInMappedFile() {
        return noClasses()
                .that(describe(
                        "are not log.MappedFile",
                        c -> isOurs(c) && !outermost(c).getName().equals(root + ".log.MappedFile")))
                .should()
                .accessTargetWhere(describe("a file is mapped or mapped pages are forced", HouseRules::mapsOrForces))
                .allowEmptyShould(true);
    }

    ArchRule mappedFileStaysInLogAndQueue() {
        return noClasses()
                .that(outside("log", "queue"))
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName(root + ".log.MappedFile")
                .allowEmptyShould(true);
    }

    ArchRule threadsAreMadeIn(String... rooms) {
        return noClasses()
                .that(outside(rooms))
                .should()
                .accessTargetWhere(describe("a thread or executor is made", HouseRules::makesThread))
                .allowEmptyShould(true);
    }

    ArchRule wallClockIsReadIn(String... rooms) {
        return noClasses()
                .that(outside(rooms))
                .should()
                .accessTargetWhere(describe("the wall clock is read", HouseRules::readsWallClock))
                .allowEmptyShould(true);
    }

    ArchRule thereAreNoSetters() {
        return methods()
                .that()
                .haveNameMatching("set[A-Z].*")
                .and()
                .haveRawReturnType(void.class)
                .and()
                .areNotPrivate()
                .and(describe("are ours to name", method -> !comesFromSpi(method)))
                .should(neverExist("a setter"))
                .allowEmptyShould(true);
    }

    /** What plugins call is named for plugins: a message that hooks change has setters. */
    private static boolean comesFromSpi(JavaMethod method) {
        return method.getOwner().getAllRawInterfaces().stream()
                .filter(type -> type.getPackageName().startsWith("io.firn.spi"))
                .anyMatch(type -> type.getMethods().stream()
                        .anyMatch(other -> other.getName().equals(method.getName())));
    }

    ArchRule thereAreNoMutableStatics() {
        return fields().that()
                .areStatic()
                .and(describe("can change", HouseRules::canChange))
                .should(neverExist("a mutable static"))
                .allowEmptyShould(true);
    }

    ArchRule namesEndWithNoneOf(Collection<String> suffixes, Set<String> exceptions) {
        return classes()
                .that(describe(
                        "end with one of " + suffixes,
                        c -> suffixes.stream().anyMatch(c.getSimpleName()::endsWith)
                                && !exceptions.contains(c.getSimpleName())))
                .should(neverExist("a name that names nothing"))
                .allowEmptyShould(true);
    }

    private ArchCondition<JavaClass> useOnlyLowerFloors() {
        return new ArchCondition<>("use only lower floors") {
            @Override
            public void check(JavaClass origin, ConditionEvents events) {
                if (!floors.containsKey(room(origin))) {
                    String message = origin.getName() + " lives in no room of the floor plan";
                    events.add(SimpleConditionEvent.violated(origin, message));
                    return;
                }
                for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    if (isOurs(target) && !mayUse(room(origin), target)) {
                        events.add(SimpleConditionEvent.violated(
                                dependency, room(origin) + " may not use " + room(target) + ": " + dependency));
                    }
                }
            }
        };
    }

    private boolean mayUse(String from, JavaClass target) {
        String to = room(target);
        if (from.equals(to)) {
            return true;
        }
        Integer toFloor = floors.get(to);
        return (toFloor != null && toFloor < floors.get(from))
                || allowed.contains(from + " -> " + to)
                || allowed.contains(from + " -> " + to + "." + outermost(target).getSimpleName());
    }

    private DescribedPredicate<JavaClass> inRooms(Set<String> rooms) {
        return describe("are in " + rooms, c -> isOurs(c) && rooms.contains(room(c)));
    }

    private DescribedPredicate<JavaClass> outside(String... rooms) {
        Set<String> inside = Set.of(rooms);
        return describe("are outside " + inside, c -> isOurs(c) && !inside.contains(room(c)));
    }

    private boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(root) || type.getPackageName().startsWith(root + ".");
    }

    private String room(JavaClass type) {
        String name = type.getPackageName();
        if (name.equals(root)) {
            return ".";
        }
        String inside = name.substring(root.length() + 1);
        int dot = inside.indexOf('.');
        return dot < 0 ? inside : inside.substring(0, dot);
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(HouseRules::outermost).orElse(type);
    }

    private static boolean mapsOrForces(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        return switch (access.getTarget().getName()) {
            case "map" -> owner.isAssignableTo(FileChannel.class);
            case "force" -> owner.isAssignableTo(MappedByteBuffer.class) || owner.isAssignableTo(MemorySegment.class);
            default -> false;
        };
    }

    private static boolean makesThread(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getTarget().getName();
        if (name.equals("<init>")) {
            return THREAD_MAKERS.stream().anyMatch(owner::isAssignableTo);
        }
        if (owner.isEquivalentTo(CompletableFuture.class) && name.endsWith("Async")) {
            return access.getTarget().getFullName().indexOf(Executor.class.getName()) < 0; // the common pool
        }
        return owner.isEquivalentTo(Executors.class)
                || (owner.isEquivalentTo(Thread.class) && THREAD_FACTORIES.contains(name));
    }

    private static boolean readsWallClock(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        String name = access.getTarget().getName();
        return (owner.isEquivalentTo(System.class) && name.equals("currentTimeMillis"))
                || (owner.isEquivalentTo(Clock.class) && name.startsWith("system"))
                || (WALL_CLOCK_TYPES.contains(owner.getName()) && name.equals("now"))
                || access.getTarget().getFullName().equals(Date.class.getName() + ".<init>()");
    }

    private static boolean canChange(JavaField field) {
        if (field.getModifiers().contains(JavaModifier.SYNTHETIC)) {
            return false;
        }
        JavaClass type = field.getRawType();
        Predicate<String> named = type.getName()::startsWith;
        return !field.getModifiers().contains(JavaModifier.FINAL)
                || (named.test("java.util.concurrent.atomic.")
                        && !type.getName().endsWith("FieldUpdater"))
                || named.test("java.util.concurrent.Concurrent")
                || Set.of("java.util.HashMap", "java.util.ArrayList", "java.util.HashSet")
                        .contains(type.getName());
    }

    private static <T> ArchCondition<T> neverExist(String what) {
        return new ArchCondition<>("not exist") {
            @Override
            public void check(T item, ConditionEvents events) {
                events.add(SimpleConditionEvent.violated(item, what + ": " + item));
            }
        };
    }
}
