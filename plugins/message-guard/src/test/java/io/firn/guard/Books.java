package io.firn.guard;

import io.firn.spi.contract.ByteSize;
import io.firn.spi.fake.FakeMetrics;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Rule books of tests. */
final class Books {

    static final Path SCHEMAS = Path.of("src/test/schemas");

    private Books() {}

    static GuardConfig config(String rules) {
        return new GuardConfig(rules, List.of("*"), SCHEMAS, ByteSize.parse("64KiB"));
    }

    static Supplier<RuleBook> of(String rules, FakeMetrics metrics) {
        RuleBook book = RuleBook.of(config(rules), metrics, () -> 0);
        return () -> book;
    }
}
