package io.firn.broker.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a@b", "g/../x"})
    void refusesIllegalNamesAsInvalidParameters(String name) {
        assertThatThrownBy(() -> GroupName.validate(name))
                .isInstanceOfSatisfying(
                        RequestException.class, e -> assertThat(e.code()).isEqualTo(ResponseCode.INVALID_PARAMETER))
                .hasMessageContaining("group name");
    }

    @Test
    void limitsTheLength() {
        assertThatCode(() -> GroupName.validate("g".repeat(120))).doesNotThrowAnyException();
        assertThatThrownBy(() -> GroupName.validate("g".repeat(121))).hasMessageContaining("121");
    }

    @Test
    void knowsTheGroupsOfBrokerAndTools() {
        assertThat(GroupName.isSystem("CID_RMQ_SYS_ANY")).isTrue();
        assertThat(GroupName.isSystem("TOOLS_CONSUMER")).isTrue();
        assertThat(GroupName.isSystem("Readers")).isFalse();
    }
}
