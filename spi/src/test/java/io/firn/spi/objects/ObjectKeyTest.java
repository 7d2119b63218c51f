package io.firn.spi.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ObjectKeyTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "%RETRY%g/0/s-00001-2.log", "a|b", "...", "a/..b/.c.", "x_y-z+1=2"})
    void takesNames(String name) {
        assertThat(new ObjectKey("p", name)).hasToString("p/" + name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/.", "a b", "a\\b", "a:b", "ä", "a\n"
            })
    void refusesWhatIsNoName(String name) {
        assertThatThrownBy(() -> new ObjectKey("p", name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + name + "'");
    }

    @Test
    void refusesNamesThatAreTooLong() {
        assertThat(new ObjectKey("p", "n".repeat(ObjectKey.MAX_NAME)).name()).hasSize(ObjectKey.MAX_NAME);
        assertThatThrownBy(() -> new ObjectKey("p", "n".repeat(ObjectKey.MAX_NAME + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesNoPlugin() {
        assertThatThrownBy(() -> new ObjectKey(" ", "n")).isInstanceOf(IllegalArgumentException.class);
    }
}
