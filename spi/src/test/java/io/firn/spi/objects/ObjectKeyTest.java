package io.firn.spi.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ObjectKeyTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "T/0/s-00001-2.log", "...", "a/..b/.c.", "x_y-z"})
    void takesNames(String name) {
        assertThat(new ObjectKey("p", name)).hasToString("p/" + name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/.", "a b", "a\\b", "a:b", "a|b", "%41",
                "ä", "a\n"
            })
    void refusesWhatIsNoName(String name) {
        assertThatThrownBy(() -> new ObjectKey("p", name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + name + "'");
    }

    @Test
    void refusesNamesThatAreTooLong() {
        String longest = "n".repeat(200) + "/" + "m".repeat(200) + "/" + "o".repeat(ObjectKey.MAX_NAME - 402);
        assertThat(new ObjectKey("p", longest).name()).hasSize(ObjectKey.MAX_NAME);
        assertThatThrownBy(() -> new ObjectKey("p", longest + "o")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ObjectKey("p", "n".repeat(201))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesNoPlugin() {
        assertThatThrownBy(() -> new ObjectKey(" ", "n")).isInstanceOf(IllegalArgumentException.class);
    }
}
