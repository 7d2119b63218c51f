package io.firn.spi.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class PropertyViewTest {

    private final ByteBuffer bytes = ByteBuffer.wrap("..wert  ä".getBytes(StandardCharsets.UTF_8));

    @Test
    void showsOnlyItsBytes() {
        PropertyView view = new PropertyView().wrap(bytes, 2, 4);
        assertThat(view).hasToString("wert");
        assertThat(view.length()).isEqualTo(4);
        assertThat(view.byteAt(3)).isEqualTo((byte) 't');
        assertThat(view.toBytes()).isEqualTo("wert".getBytes(StandardCharsets.UTF_8));
        assertThat(view.contentEquals("wert".getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(view.contentEquals("wort".getBytes(StandardCharsets.UTF_8))).isFalse();
        assertThat(view.contentEquals("wer".getBytes(StandardCharsets.UTF_8))).isFalse();
        assertThatThrownBy(() -> view.byteAt(4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> view.byteAt(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void tellsWhatIsBlank() {
        assertThat(new PropertyView().isBlank()).isTrue();
        assertThat(new PropertyView().wrap(bytes, 6, 2).isBlank()).isTrue();
        assertThat(new PropertyView().wrap(bytes, 6, 4).isBlank()).isFalse();
    }

    @Test
    void staysWithinTheBuffer() {
        assertThatThrownBy(() -> new PropertyView().wrap(bytes, 2, 100)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new PropertyView().wrap(bytes, -1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void refusesNamesThatWouldEndAProperty() {
        assertThatThrownBy(() -> PropertyName.of("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PropertyName.of("a\001b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PropertyName.of("a\002b")).isInstanceOf(IllegalArgumentException.class);
        assertThat(PropertyName.of("TAGS")).isEqualTo(PropertyName.TAGS).hasToString("TAGS");
        assertThat(PropertyName.of("TAGS")).hasSameHashCodeAs(PropertyName.TAGS).isNotEqualTo(PropertyName.KEYS);
    }
}
