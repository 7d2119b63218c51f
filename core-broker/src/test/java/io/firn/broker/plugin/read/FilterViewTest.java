package io.firn.broker.plugin.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.filter.sql.SqlFilter;
import io.firn.broker.record.EncodedRecords;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.RecordEncoder;
import io.firn.broker.record.TestMessage;
import io.firn.spi.message.FrameView;
import io.firn.spi.message.MessageFilterView;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Plugins that serve messages ask a consumer's condition through this view. */
final class FilterViewTest {

    private final MessageFilterView view = new FilterView(SqlFilter.compile("n > 5 AND TAGS = 'a'"));

    @Test
    void aConditionIsAskedOfTheFrameAndNotOfTheTag() {
        assertThat(view.matchesAll()).isFalse();
        assertThat(view.needsFrame()).isTrue();
        assertThat(view.matches("b".hashCode())).isTrue();
        assertThat(view.matches(frame(Map.of("n", "6", "TAGS", "a")))).isTrue();
        assertThat(view.matches(frame(Map.of("n", "6", "TAGS", "b")))).isFalse();
        assertThat(view.matches(frame(Map.of("TAGS", "a")))).isFalse();
    }

    @Test
    void aPluginThatHandsTheViewOnHandsOnTheConditionItself() {
        assertThat(FilterView.filterOf(view)).isInstanceOf(SqlFilter.class);
    }

    /** The frame stands behind another byte, as one of many in a buffer would. */
    private static FrameView frame(Map<String, String> properties) {
        EncodedRecords record = new RecordEncoder(HostAddress.parse("127.0.0.1:10911"), 1 << 20)
                .encode(TestMessage.of("T", 0, "body").withProperties(properties));
        byte[] bytes = record.bytes().asSlice(0, record.length()).toArray(ValueLayout.JAVA_BYTE);
        ByteBuffer buffer =
                ByteBuffer.allocate(1 + bytes.length).put((byte) 0).put(bytes).flip();
        return new FrameView().wrap(buffer, 1);
    }
}
