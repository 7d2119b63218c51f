package io.firn.spi.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class FrameBatchTest {

    @Test
    void releasesOnceHoweverOftenItIsClosed() {
        AtomicInteger released = new AtomicInteger();
        FrameBatch batch = FrameBatch.of(List.of(ByteBuffer.allocate(10)), 1, released::incrementAndGet);
        batch.close();
        batch.close();
        assertThat(released).hasValue(1);
    }

    @Test
    void countsWhatItHolds() {
        FrameBatch batch = FrameBatch.ofCopies(List.of(ByteBuffer.allocate(10), ByteBuffer.allocate(5)), 3);
        assertThat(batch.bytes()).isEqualTo(15);
        assertThat(batch.messages()).isEqualTo(3);
        assertThat(batch.buffers()).allMatch(ByteBuffer::isReadOnly);
        batch.close();
    }

    @Test
    void refusesFewerMessagesThanBuffers() {
        List<ByteBuffer> two = List.of(ByteBuffer.allocate(10), ByteBuffer.allocate(5));
        assertThatThrownBy(() -> FrameBatch.ofCopies(two, 1)).hasMessageContaining("1 messages in 2 buffers");
    }
}
