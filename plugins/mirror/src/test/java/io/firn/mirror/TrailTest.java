package io.firn.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.config.ConfigException;
import io.firn.spi.message.PropertyView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class TrailTest {

    private static PropertyView path(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return new PropertyView().wrap(ByteBuffer.wrap(utf8), 0, utf8.length);
    }

    @Test
    void endsWhereTheMessageHasBeen() {
        Trail trail = new Trail("here", "b");

        assertThat(trail.leadsBack(null)).isFalse();
        assertThat(trail.leadsBack(path("a"))).isFalse();
        assertThat(trail.leadsBack(path("a,bb"))).isFalse();
        assertThat(trail.leadsBack(path("b"))).isTrue();
        assertThat(trail.leadsBack(path("a,b,c"))).isTrue();
        assertThat(trail.leadsBack(path("a,here"))).isTrue();
    }

    @Test
    void growsByTheClusterThatIsLeft() {
        assertThat(Trail.extended(null, "a")).isEqualTo("a");
        assertThat(Trail.extended("", "a")).isEqualTo("a");
        assertThat(Trail.extended("a", "b")).isEqualTo("a,b");
    }

    @Test
    void takesNoNameThatWouldNotStandInATrail() {
        assertThatThrownBy(() -> Trail.checkName("target.name", "a,b"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("target.name=a,b");
    }
}
