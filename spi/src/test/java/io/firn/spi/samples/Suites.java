package io.firn.spi.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs a contract suite inside a test. */
final class Suites {

    private Suites() {}

    /** All of its tests run and pass. */
    static void assertKeeps(Class<?> suite) {
        EngineExecutionResults results = run(suite);
        assertThat(failures(results)).isEmpty();
        assertThat(results.testEvents().skipped().count()).isZero();
        assertThat(results.testEvents().aborted().count()).isZero();
        assertThat(results.testEvents().succeeded().count()).isPositive();
    }

    /** The test of the clause fails; others may, too. */
    static void assertBreaks(Class<?> suite, String clause) {
        assertThat(failures(run(suite)))
                .as("failed tests of %s", suite.getSimpleName())
                .contains(clause + "()");
    }

    /** Each nested class that is named like a clause breaks it, and each clause has one. */
    static void assertEachClauseIsNeeded(Class<?> contract, Class<?> samples) {
        Set<String> clauses = Arrays.stream(contract.getDeclaredMethods())
                .filter(m -> m.isAnnotationPresent(Test.class))
                .map(Method::getName)
                .collect(Collectors.toSet());
        Set<String> tried = new TreeSet<>();
        for (Class<?> sample : samples.getDeclaredClasses()) {
            String name = sample.getSimpleName();
            String clause = Character.toLowerCase(name.charAt(0)) + name.substring(1);
            if (clauses.contains(clause)) {
                assertBreaks(sample, clause);
                tried.add(clause);
            }
        }
        assertThat(tried).as("clauses with a sample that breaks them").isEqualTo(clauses);
    }

    private static EngineExecutionResults run(Class<?> suite) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(suite))
                .execute();
    }

    private static Set<String> failures(EngineExecutionResults results) {
        return results.allEvents().failed().stream()
                .map(event -> event.getTestDescriptor().getDisplayName())
                .collect(Collectors.toSet());
    }
}
