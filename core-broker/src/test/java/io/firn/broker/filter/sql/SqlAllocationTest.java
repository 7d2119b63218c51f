package io.firn.broker.filter.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.firn.broker.record.EncodedRecords;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.RecordEncoder;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.TestMessage;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Asking a condition of a record allocates nothing: over many records, so that a constant few bytes may remain. */
final class SqlAllocationTest {

    private static final int WARM_UP = 20_000;
    private static final int RECORDS = 100_000;
    private static final long TOLERATED_BYTES = RECORDS / 10;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private int matched;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n > 4 AND n <= 5 AND dec BETWEEN 5 AND 5.75",
                "text IN ('x', 'y', 'abc', 'z') AND TAGS = 'TagA' AND text <> 'x'",
                "text CONTAINS 'b' AND text STARTSWITH 'a' AND text NOT ENDSWITH 'b'",
                "dec > n AND absent IS NULL AND NOT (text = 5) IS NOT NULL OR n = '5'",
                "(n = 5) = yes AND n IS NOT NULL AND NOT text"
            })
    void askingAllocatesNothing(String expression) {
        SqlFilter filter = SqlFilter.compile(expression);
        RecordView view = new RecordView();
        EncodedRecords record = record();
        MemorySegment bytes = record.bytes();
        for (int i = 0; i < WARM_UP; i++) {
            ask(filter, view.wrap(bytes, 0, record.length()));
        }
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < RECORDS; i++) {
            ask(filter, view.wrap(bytes, 0, record.length()));
        }
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThanOrEqualTo(TOLERATED_BYTES);
        assertThat(matched).isEqualTo(WARM_UP + RECORDS);
    }

    private void ask(SqlFilter filter, RecordView record) {
        if (filter.matches(0) && filter.needsRecord() && filter.matches(record)) {
            matched++;
        }
    }

    private static EncodedRecords record() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("UNIQ_KEY", "7F00000100002A139A55000000000000");
        properties.put("n", "5");
        properties.put("dec", "5.5");
        properties.put("text", "abc");
        properties.put("yes", "true");
        properties.put("TAGS", "TagA");
        return new RecordEncoder(HostAddress.parse("127.0.0.1:10911"), 1 << 20)
                .encode(TestMessage.of("T", 0, "body").withProperties(properties));
    }
}
