package io.firn.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.spi.config.ConfigException;
import io.firn.spi.fake.FakeContext;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MirrorConfigTest {

    @Test
    void takesSeveralNameServers() {
        assertThat(Targets.config("ns1.example.com:9876;10.0.0.2:9876", "").target())
                .isEqualTo("ns1.example.com:9876;10.0.0.2:9876");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ns1", "ns1:", "ns1:9876,ns2:9876", "http://ns1:9876", "ns1:9876;"})
    void saysWhatATargetLooksLike(String target) {
        assertThatThrownBy(() -> Targets.config(target, ""))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("target=" + target)
                .hasMessageContaining("host:port;host:port");
    }

    @Test
    void takesNoNameWithSeparators() {
        assertThatThrownBy(() -> Targets.config("ns1:9876", "a,b"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("name=a,b");
    }

    @Test
    void takesNoTargetOfTheClustersOwnName(@TempDir Path dir) {
        try (FakeContext context = new FakeContext(dir, Targets.config("ns1:9876", "other"))) {
            assertThatThrownBy(() -> new MirrorPlugin().start(context))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("target.name=other is the name of this cluster");
        }
    }
}
