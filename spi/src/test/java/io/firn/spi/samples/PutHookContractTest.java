package io.firn.spi.samples;

import io.firn.spi.message.PropertyName;
import io.firn.spi.put.PutMessage;
import io.firn.spi.put.PutMessageHook;
import io.firn.spi.put.PutOutcome;
import io.firn.spi.put.PutView;
import io.firn.spi.put.RejectCode;
import io.firn.spi.put.Verdict;
import io.firn.spi.tck.PutHookContract;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PutHookContractTest {

    private static final Verdict NO = Verdict.reject(RejectCode.MESSAGE_ILLEGAL, "a key is missing: set KEYS");

    @Test
    void passesForAHookThatOnlyLooks() {
        Suites.assertKeeps(Looks.class);
    }

    @Test
    void passesForAHookThatChanges() {
        Suites.assertKeeps(Changes.class);
    }

    @Test
    void failsForEachBrokenClause() {
        Suites.assertEachClauseIsNeeded(PutHookContract.class, PutHookContractTest.class);
    }

    static final class Looks extends PutHookContract {
        @Override
        protected PutMessageHook hook() {
            return m ->
                    m.hasProperty(PropertyName.KEYS) && m.body().remaining() == m.bodyLength() ? Verdict.ACCEPT : NO;
        }
    }

    /** Stamps what has no stamp. */
    static class Changes extends PutHookContract {
        @Override
        protected PutMessageHook hook() {
            PropertyName stamp = PropertyName.of("stamp");
            return m -> {
                if (m.hasProperty(stamp)) {
                    return Verdict.ACCEPT;
                }
                m.setProperty("stamp", "1");
                return Verdict.MODIFIED;
            };
        }

        @Override
        protected final boolean allocatesNothing() {
            // the message is changed once and shown again: nothing is left to do
            return true;
        }
    }

    static final class AnswersForEveryMessage extends PutHookContract {
        @Override
        protected PutMessageHook hook() {
            return m -> m.bodyLength() == 0 ? null : Verdict.ACCEPT;
        }
    }

    static final class LetsItsAcceptedMessagePass extends PutHookContract {
        @Override
        protected PutMessageHook hook() {
            return m -> NO;
        }
    }

    static final class SaysModifiedExactlyWhenItChangedTheMessage extends PutHookContract {
        @Override
        protected PutMessageHook hook() {
            return m -> {
                m.removeProperty("KEYS");
                return Verdict.ACCEPT;
            };
        }
    }

    static final class TouchesAMessageOnlyDuringItsCall extends PutHookContract {
        @Override
        protected PutMessageHook hook() {
            return new Keeps();
        }
    }

    static final class GivesTheSameAnswersOnManyThreads extends PutHookContract {
        @Override
        protected PutMessageHook hook() {
            AtomicInteger calls = new AtomicInteger();
            return m -> calls.incrementAndGet() > 1000 ? NO : Verdict.ACCEPT;
        }
    }

    static final class NeverWaits extends PutHookContract {
        @Override
        protected PutMessageHook hook() {
            return m -> {
                LockSupport.parkNanos(1000);
                return Verdict.ACCEPT;
            };
        }
    }

    static final class AllocatesNothingForAMessageItLetsPass extends PutHookContract {
        @Override
        protected PutMessageHook hook() {
            String[] last = new String[1];
            return m -> {
                last[0] = String.valueOf(m.property(PropertyName.KEYS));
                return Verdict.ACCEPT;
            };
        }
    }

    static final class TakesEveryOutcome extends PutHookContract {
        @Override
        protected PutMessageHook hook() {
            return new Positions();
        }
    }

    /** Looks once more at the message before. */
    private static final class Keeps implements PutMessageHook {
        private @Nullable PutMessage last;

        @Override
        public synchronized Verdict beforePut(PutMessage message) {
            try {
                return last == null || last.bodyLength() >= 0 ? Verdict.ACCEPT : NO;
            } catch (IllegalStateException e) {
                return Verdict.ACCEPT;
            } finally {
                last = message;
            }
        }
    }

    /** Takes every message for stored. */
    private static final class Positions implements PutMessageHook {
        @Override
        public Verdict beforePut(PutMessage message) {
            return Verdict.ACCEPT;
        }

        @Override
        public void afterPut(PutView message, PutOutcome outcome) {
            if (outcome.position() < 0) {
                throw new IllegalStateException("stored nowhere");
            }
        }
    }
}
