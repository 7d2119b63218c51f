package io.firn.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two jars that do not know each other: one keeps objects, one uses them. */
final class ObjectsDropInTest {

    @TempDir
    private Path root;

    private PluggedBroker broker;

    @BeforeEach
    void prepare() {
        broker = new PluggedBroker(root);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private static PluginJars keeper(String id, String version) {
        String members = """
                final java.util.Map<ObjectKey, byte[]> objects = new java.util.concurrent.ConcurrentHashMap<>();
                static ObjectException missing(ObjectKey key) {
                    return new ObjectException(ObjectException.Reason.MISSING, "no " + key + " in VERSION");
                }
                final class Storage implements ObjectStorage {
                    public StoredObject put(ObjectKey key, ObjectContent content, CancelToken token) {
                        java.nio.ByteBuffer from = ((ObjectContent.Bytes) content).buffers().get(0);
                        byte[] bytes = new byte[from.remaining()];
                        from.duplicate().get(bytes);
                        objects.put(key, bytes);
                        return new StoredObject(key.name(), bytes.length, java.util.OptionalInt.empty());
                    }
                    public void read(ObjectKey key, long offset, java.nio.ByteBuffer into, CancelToken token)
                            throws ObjectException {
                        byte[] bytes = objects.get(key);
                        if (bytes == null) throw missing(key);
                        into.put(bytes, (int) offset, into.remaining());
                    }
                    public StoredObject head(ObjectKey key, CancelToken token) throws ObjectException {
                        throw missing(key);
                    }
                    public java.util.List<StoredObject> list(Listing listing, CancelToken token) {
                        return java.util.List.of();
                    }
                    public void delete(ObjectKey key, CancelToken token) {
                        objects.remove(key);
                    }
                }
                """;
        return PluginJars.plugin(id)
                .source(
                        "p.Main",
                        PluginJars.main(
                                members.replace("VERSION", version),
                                "context.register().objectStorage(new Storage());",
                                ""))
                .with("Plugin-Version", version);
    }

    /** A command that stores and reads back; what it could not is its answer. */
    private static PluginJars user(String id) {
        String start = """
                ObjectSpace space = context.objects();
                System.setProperty("firn.test.objects", String.valueOf(space.state()));
                context.register().http(new HttpRoute(HttpRoute.Method.GET, "/try"), call -> {
                    String name = "n" + System.nanoTime();
                    try {
                        space.put(name, new ObjectContent.Bytes(java.util.List.of(
                                java.nio.ByteBuffer.wrap("hello".getBytes()))));
                        String read = new String(space.read(name, 1, 3).array());
                        space.head("none");
                        return HttpReply.text(200, read);
                    } catch (ObjectException e) {
                        return HttpReply.text(200, space.state() + " " + e.reason() + " " + e.getMessage());
                    }
                });
                """;
        return PluginJars.plugin(id, start, "");
    }

    private String tried() {
        return broker.broker().page("GET", "/v1/plugins/user/try", "").text();
    }

    @ParameterizedTest
    @CsvSource({"a, z", "z, a"})
    void findEachOtherWhoeverStartsFirst(String keeperJar, String userJar) {
        keeper("keeper", "1.0.0").into(broker.jars, keeperJar + ".jar");
        user("user").into(broker.jars, userJar + ".jar");
        broker.open();

        assertThat(System.getProperty("firn.test.objects")).isIn("READY", "AWAITED");
        assertThat(tried()).isEqualTo("READY MISSING head user/none: no user/none in 1.0.0");
        assertThat(broker.status("keeper").path("registered").toString()).contains("object storage");
    }

    @Test
    void theUserGoesOnWhenTheKeeperGoesAndComes() {
        user("user").into(broker.jars, "user.jar");
        broker.open();
        assertThat(tried()).startsWith("ABSENT UNAVAILABLE put user/n");

        keeper("keeper", "1.0.0").into(broker.jars, "keeper.jar");
        broker.awaitState("keeper", "ACTIVE");
        assertThat(tried()).startsWith("READY MISSING");

        keeper("keeper", "1.1.0").into(broker.jars, "keeper.jar");
        await().atMost(PluggedBroker.PATIENCE)
                .untilAsserted(
                        () -> assertThat(tried()).isEqualTo("READY MISSING head user/none: no user/none in 1.1.0"));

        broker.broker().page("POST", "/v1/plugins/keeper/-/disable", "");
        await().atMost(PluggedBroker.PATIENCE)
                .untilAsserted(() -> assertThat(tried()).startsWith("ABSENT UNAVAILABLE put user/n"));
        assertThat(broker.state("user")).isEqualTo("ACTIVE");
    }

    @Test
    void aSecondKeeperDoesNotStart() {
        keeper("one", "1.0.0").into(broker.jars, "a.jar");
        keeper("two", "1.0.0").into(broker.jars, "b.jar");
        broker.open();

        assertThat(broker.state("one")).isEqualTo("ACTIVE");
        assertThat(broker.state("two")).isEqualTo("FAILED");
        assertThat(broker.cause("two")).contains("one@1.0.0 keeps objects already", "two@1.0.0 can not");
    }
}
