package io.firn.broker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Settings as text that {@link java.util.Properties} reads back. */
final class PropertiesTextTest {

    private static final String CHARACTERS = "ab=:#!\\ \t\n\r\fü字\"'";

    @Test
    void writesOneLineASetting() {
        assertThat(PropertiesText.write(new TreeMap<>(Map.of("b", "2", "a", "C:\\x y"))))
                .isEqualTo("a=C:\\\\x y\nb=2\n");
    }

    @Test
    void readsBackWhatItWrote() {
        long seed = Long.getLong("firn.seed", 20260310L);
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            TreeMap<String, String> settings = new TreeMap<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                settings.put("k" + text(random), text(random));
            }
            assertThat(PropertiesText.read(PropertiesText.write(settings)))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(settings);
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
        }
        return text.toString();
    }
}
