package io.firn.spi.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.spi.admin.AdminCommand;
import io.firn.spi.fake.FakeCaller;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a broker relies on in every {@link AdminCommand}. */
public abstract class AdminCommandContract<A extends Record> {

    private static final int THREADS = 4;
    private static final int CALLS = 40;
    private static final long LIMIT_S = 60;

    /** A command, new or not; each test asks once. */
    protected abstract AdminCommand<A> command();

    /** Arguments that make sense; new each time. */
    protected abstract A arguments();

    /** Arguments that are of the right types and make no sense; null when there are none such. */
    protected @Nullable A nonsense() {
        return null;
    }

    @Test
    void answersWithAPlainValue() throws Exception {
        Object value = command().run(arguments(), FakeCaller.anybody());
        assertThat(PlainValues.isPlain(value)).as("plain: %s", value).isTrue();
    }

    @Test
    void asksNobodyForAUser() throws Exception {
        Object value = command().run(arguments(), FakeCaller.nobody());
        assertThat(PlainValues.isPlain(value)).isTrue();
    }

    @Test
    void refusesNonsenseAsTheCallersMistake() throws Exception {
        A wrong = nonsense();
        if (wrong == null) {
            return;
        }
        AdminCommand<A> command = command();
        boolean refused = false;
        try {
            Object value = command.run(wrong, FakeCaller.anybody());
            assertThat(value).as("an answer to nonsense").isNull();
        } catch (IllegalArgumentException e) {
            refused = e.getMessage() != null && !e.getMessage().isBlank();
        }
        assertThat(refused).as("IllegalArgumentException with a message").isTrue();
    }

    @Test
    void runsSeveralTimesAtOnce() throws Exception {
        AdminCommand<A> command = command();
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                calls.add(() -> PlainValues.isPlain(command.run(arguments(), FakeCaller.anybody())));
            }
            for (Future<Boolean> plain : pool.invokeAll(calls, LIMIT_S, TimeUnit.SECONDS)) {
                assertThat(plain.get()).isTrue();
            }
        }
    }
}
