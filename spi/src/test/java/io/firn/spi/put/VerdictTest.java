package io.firn.spi.put;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class VerdictTest {

    @Test
    void saysYesByConstants() {
        assertThat(Verdict.ACCEPT.isReject()).isFalse();
        assertThat(Verdict.MODIFIED.isReject()).isFalse();
        assertThat(Verdict.ACCEPT).isNotEqualTo(Verdict.MODIFIED);
        assertThatThrownBy(Verdict.ACCEPT::code).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(Verdict.MODIFIED::remark).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void saysNoWithCodeAndRemark() {
        Verdict no = Verdict.reject(RejectCode.NO_PERMISSION, "only billing may send here");
        assertThat(no.isReject()).isTrue();
        assertThat(no.code()).isEqualTo(RejectCode.NO_PERMISSION);
        assertThat(no.remark()).isEqualTo("only billing may send here");
        assertThat(no).hasToString("NO_PERMISSION: only billing may send here");
    }

    @Test
    void refusesToSayNoWithoutAReason() {
        assertThatThrownBy(() -> Verdict.reject(RejectCode.SYSTEM_BUSY, " ")).hasMessageContaining("blank");
    }

    @Test
    void failsClosedWhereRulesAreKeptUnlessToldOtherwise() {
        assertThat(HookSpec.of("keys", Phase.VALIDATE).onFailure()).isEqualTo(OnFailure.FAIL_CLOSED);
        assertThat(HookSpec.of("count", Phase.OBSERVE).onFailure()).isEqualTo(OnFailure.FAIL_OPEN);
        HookSpec open = HookSpec.of("keys", Phase.VALIDATE)
                .withOnFailure(OnFailure.FAIL_OPEN)
                .withPriority(7);
        assertThat(open.onFailure()).isEqualTo(OnFailure.FAIL_OPEN);
        assertThat(open.priority()).isEqualTo(7);
    }

    @Test
    void refusesHooksThatCanNotBe() {
        assertThatThrownBy(() -> HookSpec.of("My Hook", Phase.VALIDATE)).hasMessageContaining("'My Hook'");
        HookSpec hook = HookSpec.of("ask", Phase.QUOTA);
        assertThat(AsyncHookSpec.of(hook).deadline()).isEqualTo(AsyncHookSpec.USUAL);
        assertThatThrownBy(() -> new AsyncHookSpec(hook, Duration.ofSeconds(3))).hasMessageContaining("PT3S");
        assertThatThrownBy(() -> new AsyncHookSpec(hook, Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }
}
