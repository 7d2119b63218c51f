package io.firn.spi.samples;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.StopReason;
import io.firn.spi.StopReport;
import io.firn.spi.put.HookSpec;
import io.firn.spi.put.Phase;
import io.firn.spi.put.Verdict;
import io.firn.spi.read.FrameCursor;
import io.firn.spi.tck.LifecycleContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LifecycleContractTest {

    @Test
    void passesForAPluginThatCleansUp() {
        Suites.assertKeeps(CleansUp.class);
    }

    @Test
    void failsForEachBrokenClause() {
        Suites.assertEachClauseIsNeeded(LifecycleContract.class, LifecycleContractTest.class);
    }

    private static void register(PluginContext context) {
        context.register().putHook(HookSpec.of("look", Phase.OBSERVE), message -> Verdict.ACCEPT);
    }

    private static void parkForever() {
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.park();
        }
    }

    /** Has a thread, a cursor and a file, and gives all back. */
    private static final class Tidy implements BrokerPlugin {
        private @Nullable Thread thread;
        private @Nullable FrameCursor cursor;

        @Override
        public void start(PluginContext context) throws IOException {
            register(context);
            Files.writeString(context.dataDir().resolve("state"), "1");
            cursor = context.reader().scanLog(0, 0);
            thread = Thread.ofPlatform().name("tidy").start(LifecycleContractTest::parkForever);
        }

        @Override
        public StopReport stop(StopReason reason, Duration grace) throws InterruptedException {
            if (thread != null && cursor != null) {
                thread.interrupt();
                thread.join(grace);
                cursor.close();
            }
            return StopReport.clean();
        }
    }

    static final class CleansUp extends LifecycleContract {
        @Override
        protected BrokerPlugin plugin() {
            return new Tidy();
        }
    }

    /** Its plugin breaks one rule. */
    abstract static class Broken extends LifecycleContract {
        @Override
        protected final Duration limit() {
            return Duration.ofMillis(200);
        }
    }

    static final class DoesNothingWhenItIsMade extends Broken {
        @Override
        protected BrokerPlugin plugin() {
            Thread.ofPlatform().daemon().start(LifecycleContractTest::parkForever);
            return LifecycleContractTest::register;
        }
    }

    static final class RegistersSomething extends Broken {
        @Override
        protected BrokerPlugin plugin() {
            return context -> {};
        }
    }

    static final class RegistersNothingAfterItsStart extends Broken {
        @Override
        protected BrokerPlugin plugin() {
            return context -> context.scheduler().once("late", Duration.ofSeconds(1), () -> register(context));
        }
    }

    static final class ReportsAtEveryStop extends Broken {
        @Override
        protected BrokerPlugin plugin() {
            return new BrokerPlugin() {
                @Override
                public void start(PluginContext context) {
                    register(context);
                }

                @Override
                public StopReport stop(StopReason reason, Duration grace) {
                    return null;
                }
            };
        }
    }

    static final class LeavesNoThreadBehind extends Broken {
        @Override
        protected BrokerPlugin plugin() {
            return context -> {
                register(context);
                Thread.ofPlatform().daemon().start(LifecycleContractTest::parkForever);
            };
        }
    }

    static final class ClosesWhatItLeased extends Broken {
        @Override
        protected BrokerPlugin plugin() {
            return context -> {
                register(context);
                context.logger().debug("cursor {}", context.reader().scanLog(0, 0));
            };
        }
    }

    static final class ComesAndGoesManyTimes extends Broken {
        @Override
        protected BrokerPlugin plugin() {
            return context -> {
                register(context);
                Files.createFile(context.dataDir().resolve("lock"));
            };
        }
    }

    static final class WritesOnlyToItsOwnDirectory extends Broken {
        @Override
        protected BrokerPlugin plugin() {
            return context -> {
                register(context);
                Path stray = context.broker().storeDir().resolve("stray");
                Files.writeString(stray, "1");
            };
        }
    }

    static final class StopsAfterAStartThatFailed extends Broken {
        @Override
        protected BrokerPlugin plugin() {
            return new BrokerPlugin() {
                private @Nullable FrameCursor cursor;

                @Override
                public void start(PluginContext context) {
                    register(context);
                    cursor = context.reader().scanLog(0, 0);
                }

                @Override
                public StopReport stop(StopReason reason, Duration grace) {
                    cursor.close();
                    return StopReport.clean();
                }
            };
        }
    }
}
