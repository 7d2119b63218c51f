package io.firn.broker.plugin.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.firn.broker.plugin.context.PluginRef;
import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.context.RegistrationSink.Leaving;
import io.firn.broker.plugin.guard.GuardConfig;
import io.firn.broker.plugin.guard.Guards;
import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.spi.contract.CancelToken;
import io.firn.spi.contract.Deadline;
import io.firn.spi.objects.ObjectContent;
import io.firn.spi.objects.ObjectException;
import io.firn.spi.objects.ObjectException.Reason;
import io.firn.spi.objects.ObjectKey;
import io.firn.spi.objects.ObjectSpace;
import io.firn.spi.objects.ObjectSpace.State;
import io.firn.spi.objects.ObjectStorage;
import io.firn.spi.objects.StoredObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ObjectDeskTest {

    private static final long PATIENCE_S = 60;

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> new Thread(task, "keeper's thread"));
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final Guards guards =
            Guards.open(GuardConfig.defaults(), Clock.system(), new Metrics(), (component, cause) -> {});
    private final ObjectDesk desk = ObjectDesk.open(guards);
    private final ObjectSpace space = desk.spaceOf(plugin("user"));

    @AfterEach
    void end() throws InterruptedException {
        callers.shutdownNow();
        threads.shutdownNow();
        guards.close();
        assertThat(threads.awaitTermination(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        assertThat(callers.awaitTermination(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
    }

    private static PluginRef plugin(String id) {
        return new PluginRef(id, "1.0", ObjectDeskTest.class.getClassLoader(), Path.of(id), Runnable::run, new Quiet());
    }

    private static final class Quiet implements PluginRef.Troubles {
        @Override
        public void degraded(String part, String reason) {}

        @Override
        public void recovered(String part) {}

        @Override
        public void unlinked(String part, LinkageError cause) {}
    }

    private Registered keep(String id, ObjectStorage storage) {
        Registered registered = new Registered.Objects(plugin(id), storage, threads);
        desk.add(List.of(registered));
        return registered;
    }

    private List<String> leave(Registered registered, Leaving leaving, Duration limit) {
        return desk.remove(List.of(registered), leaving, Deadline.after(limit, System::nanoTime));
    }

    private static ObjectContent content(String text) {
        return new ObjectContent.Bytes(List.of(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
    }

    private static Reason reason(Call call) {
        ObjectException failure = catchThrowableOfType(ObjectException.class, call::run);
        assertThat(failure).as("failure").isNotNull();
        return failure.reason();
    }

    private interface Call {
        void run() throws ObjectException;
    }

    /** Keeps small objects; a broken one overrides a step. */
    private static class Memory implements ObjectStorage {
        final Map<ObjectKey, byte[]> objects = new ConcurrentHashMap<>();

        @Override
        public StoredObject put(ObjectKey key, ObjectContent content, CancelToken token) {
            byte[] bytes = new byte[(int) content.lengthBytes()];
            ((ObjectContent.Bytes) content).buffers().getFirst().duplicate().get(bytes);
            objects.put(key, bytes);
            return described(key);
        }

        private StoredObject described(ObjectKey key) {
            return new StoredObject(key.name(), objects.get(key).length, OptionalInt.empty());
        }

        @Override
        public void read(ObjectKey key, long offset, ByteBuffer into, CancelToken token) throws ObjectException {
            into.put(find(key), (int) offset, into.remaining());
        }

        private byte[] find(ObjectKey key) throws ObjectException {
            byte[] bytes = objects.get(key);
            if (bytes == null) {
                throw new ObjectException(Reason.MISSING, "no " + key);
            }
            return bytes;
        }

        @Override
        public StoredObject head(ObjectKey key, CancelToken token) throws ObjectException {
            return new StoredObject(key.name(), find(key).length, OptionalInt.empty());
        }

        @Override
        public List<StoredObject> list(Listing listing, CancelToken token) throws ObjectException {
            return objects.keySet().stream()
                    .filter(key ->
                            key.plugin().equals(listing.plugin()) && key.name().startsWith(listing.prefix()))
                    .map(this::described)
                    .toList();
        }

        @Override
        public void delete(ObjectKey key, CancelToken token) {
            objects.remove(key);
        }
    }

    /** Does not come back before it is told to. */
    private static final class Hangs extends Memory {
        private final CountDownLatch called = new CountDownLatch(1);
        private final CompletableFuture<CancelToken> token = new CompletableFuture<>();
        private final CountDownLatch over = new CountDownLatch(1);

        @Override
        public StoredObject head(ObjectKey key, CancelToken cancel) {
            token.complete(cancel);
            called.countDown();
            boolean interrupted = false;
            while (over.getCount() > 0) {
                try {
                    over.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return new StoredObject(key.name(), 1, OptionalInt.empty());
        }
    }

    @Test
    void awaitsAKeeperUntilAllPluginsAreStarted() {
        assertThat(space.state()).isEqualTo(State.AWAITED);
        desk.settle();
        assertThat(space.state()).isEqualTo(State.ABSENT);
        assertThat(reason(() -> space.head("a"))).isEqualTo(Reason.UNAVAILABLE);

        Registered keeper = keep("keeper", new Memory());
        assertThat(space.state()).isEqualTo(State.READY);

        assertThat(leave(keeper, Leaving.AWAY, Duration.ZERO)).isEmpty();
        assertThat(space.state()).isEqualTo(State.ABSENT);
    }

    @Test
    void awaitsTheSuccessorOfAKeeperUntilItIsNotExpectedBack() {
        desk.settle();
        leave(keep("keeper", new Memory()), Leaving.HANDOVER, Duration.ZERO);
        assertThat(space.state()).isEqualTo(State.AWAITED);
        desk.release("other");
        assertThat(space.state()).isEqualTo(State.AWAITED);
        desk.withhold("keeper", "is broken");
        assertThat(space.state()).isEqualTo(State.ABSENT);
    }

    @Test
    void bringsCallsToTheKeeperOnItsThreadUnderThePluginsName() throws Exception {
        CompletableFuture<String> thread = new CompletableFuture<>();
        Memory objects = new Memory() {
            @Override
            public StoredObject put(ObjectKey key, ObjectContent content, CancelToken token) {
                thread.complete(Thread.currentThread().getName());
                return super.put(key, content, token);
            }
        };
        keep("keeper", objects);

        assertThat(space.put("a/b", content("hello")).lengthBytes()).isEqualTo(5);

        assertThat(thread.get()).isEqualTo("keeper's thread");
        assertThat(objects.objects).containsOnlyKeys(new ObjectKey("user", "a/b"));
        assertThat(StandardCharsets.UTF_8.decode(space.read("a/b", 1, 3)).toString())
                .isEqualTo("ell");
        assertThat(space.list("a/", "", 10)).extracting(StoredObject::name).containsExactly("a/b");
        assertThat(desk.spaceOf(plugin("stranger")).list("", "", 10)).isEmpty();
    }

    @Test
    void refusesASecondKeeperAndNamesBoth() {
        keep("first", new Memory());
        assertThatThrownBy(() -> keep("second", new Memory()))
                .isInstanceOf(PluginException.class)
                .hasMessageContaining("first@1.0")
                .hasMessageContaining("second@1.0");
    }

    @Test
    void endsCallsUnderWayWhenTheKeeperGoes() throws Exception {
        Hangs hangs = new Hangs();
        Registered keeper = keep("keeper", hangs);
        Future<Reason> caller = callers.submit(() -> reason(() -> space.head("a")));
        hangs.called.await();

        assertThat(leave(keeper, Leaving.HANDOVER, Duration.ofMillis(1)))
                .containsExactly("keeper: head user/a is still at work");

        assertThat(caller.get(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(Reason.UNAVAILABLE);
        assertThat(hangs.token.get().isCancelled()).isTrue();
        keep("keeper", new Memory());
        assertThat(reason(() -> space.head("a"))).isEqualTo(Reason.MISSING);
        hangs.over.countDown();
    }

    @Test
    void waitsForAKeeperThatEndsItsCalls() throws Exception {
        Hangs hangs = new Hangs();
        Registered keeper = keep("keeper", hangs);
        Future<Reason> caller = callers.submit(() -> reason(() -> space.head("a")));
        hangs.called.await();
        hangs.token.get().onCancel(hangs.over::countDown);

        assertThat(leave(keeper, Leaving.AWAY, Duration.ofSeconds(PATIENCE_S))).isEmpty();
        assertThat(caller.get(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(Reason.UNAVAILABLE);
    }

    @Test
    void aKeeperThatEndsItsRegistrationIsNotCalledAgain() {
        Memory objects = new Memory();
        Registered keeper = keep("keeper", objects);
        desk.cease(keeper);
        assertThat(reason(() -> space.put("a", content("x")))).isEqualTo(Reason.UNAVAILABLE);
        assertThat(objects.objects).isEmpty();
    }

    @Test
    void whatAKeeperThrowsStaysWithIt() {
        keep("keeper", new Memory() {
            @Override
            public StoredObject head(ObjectKey key, CancelToken token) {
                throw new IllegalStateException("no luck");
            }

            @Override
            public void delete(ObjectKey key, CancelToken token) {
                throw new AssertionError("no luck");
            }

            @Override
            public List<StoredObject> list(Listing listing, CancelToken token) throws ObjectException {
                throw new ObjectException(Reason.REFUSED, "no permission", new IllegalStateException("its own class"));
            }
        });
        ObjectException failure = catchThrowableOfType(ObjectException.class, () -> space.head("a"));
        assertThat(failure.reason()).isEqualTo(Reason.PASSING);
        assertThat(failure)
                .hasMessageContaining("head user/a")
                .hasMessageContaining("keeper@1.0")
                .hasMessageContaining("no luck");
        assertThat(reason(() -> space.delete("a"))).isEqualTo(Reason.PASSING);
        ObjectException refused = catchThrowableOfType(ObjectException.class, () -> space.list("", "", 1));
        assertThat(refused.reason()).isEqualTo(Reason.REFUSED);
        assertThat(refused).hasMessageContaining("no permission").hasNoSuppressedExceptions();
        assertThat(refused.getCause()).isInstanceOf(ObjectException.class).hasNoCause();
    }

    @Test
    void aKeeperThatAnswersGarbageIsNotBelieved() {
        keep("keeper", new Memory() {
            @Override
            public StoredObject put(ObjectKey key, ObjectContent content, CancelToken token) {
                return new StoredObject(key.name(), content.lengthBytes() - 1, OptionalInt.of(0));
            }

            @Override
            public void read(ObjectKey key, long offset, ByteBuffer into, CancelToken token) {
                into.put((byte) 1);
            }

            @Override
            @SuppressWarnings("NullAway")
            public StoredObject head(ObjectKey key, CancelToken token) {
                return null;
            }
        });
        assertThat(reason(() -> space.put("a", content("hello")))).isEqualTo(Reason.DAMAGED);
        assertThat(reason(() -> space.read("a", 0, 2))).isEqualTo(Reason.DAMAGED);
        assertThat(reason(() -> space.head("a"))).isEqualTo(Reason.PASSING);
    }

    @Test
    void aPluginEndsItsOwnCallsAndNobodyElses() throws Exception {
        Hangs hangs = new Hangs();
        keep("keeper", hangs);
        Future<Reason> caller = callers.submit(() -> reason(() -> space.head("a")));
        hangs.called.await();

        space.cancel();

        assertThat(caller.get(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(Reason.CANCELLED);
        assertThat(hangs.token.get().isCancelled()).isTrue();
        assertThat(reason(() -> space.delete("a"))).isEqualTo(Reason.CANCELLED);
        assertThat(reason(() -> desk.spaceOf(plugin("other")).read("a", 0, 1))).isEqualTo(Reason.MISSING);
        hangs.over.countDown();
    }

    @Test
    void anInterruptEndsACall() throws Exception {
        Hangs hangs = new Hangs();
        keep("keeper", hangs);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread caller = Thread.ofPlatform().start(() -> {
            Reason reason = reason(() -> space.head("a"));
            interrupted.complete(
                    reason == Reason.CANCELLED && Thread.currentThread().isInterrupted());
        });
        hangs.called.await();
        caller.interrupt();
        assertThat(interrupted.get(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        await().until(() -> hangs.token.get().isCancelled());
        hangs.over.countDown();
    }

    @Test
    void refusesWhatIsNoNameOrRangeBeforeAnybodyIsAsked() {
        assertThatThrownBy(() -> space.put("../a", content("x"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> space.read("a", -1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> space.read("a", 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> space.list("", "", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aKeeperWithoutAFreeThreadIsToBeAskedLater() {
        desk.add(List.of(new Registered.Objects(plugin("keeper"), new Memory(), task -> {
            throw new RejectedExecutionException("1000 tasks wait");
        })));
        assertThat(reason(() -> space.head("a"))).isEqualTo(Reason.PASSING);
    }
}
