package io.firn.tiered.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CancelTokenTest {
    private final List<String> ran = new ArrayList<>();
    private final CancelToken token = new CancelToken();

    @Test
    void runsWhatIsRegisteredOnce() {
        CancelToken.Registration closed = token.onCancel(() -> ran.add("closed"));
        closed.close();
        CancelToken.Registration kept = token.onCancel(() -> ran.add("kept"));
        token.cancel();
        token.cancel();
        kept.close();

        assertThat(ran).containsExactly("kept");
    }

    @Test
    void runsAtOnceWhatComesLate() {
        token.cancel();
        token.onCancel(() -> ran.add("late")).close();

        assertThat(ran).containsExactly("late");
        assertThat(token.awaitCancel(Duration.ofDays(1))).isTrue();
        assertThatThrownBy(() -> token.check("read x"))
                .isInstanceOf(StoreException.Cancelled.class)
                .hasMessage("read x: cancelled");
    }

    @Test
    void takesAnInterruptOfTheCallerForCancellationAndKeepsIt() {
        Thread.currentThread().interrupt();

        assertThat(token.awaitCancel(Duration.ofDays(1))).isTrue();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(token.isCancelled()).isFalse();
    }
}
