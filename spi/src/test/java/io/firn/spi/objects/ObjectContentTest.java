package io.firn.spi.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ObjectContentTest {

    @Test
    void countsWhatRemains() {
        ByteBuffer buffer = ByteBuffer.allocate(10).position(4);
        ObjectContent content = new ObjectContent.Bytes(List.of(buffer, ByteBuffer.allocate(3)));
        buffer.position(10);
        assertThat(content.lengthBytes()).isEqualTo(9);
    }

    @Test
    void hasAByteAtLeast() {
        assertThatThrownBy(() -> new ObjectContent.Bytes(List.of(ByteBuffer.allocate(0))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ObjectContent.Region(Path.of("f"), 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hasNoRegionOutsideOfAFile() {
        assertThatThrownBy(() -> new ObjectContent.Region(Path.of("f"), -1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ObjectContent.Region(Path.of("f"), 0, ObjectContent.MAX_BYTES + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
