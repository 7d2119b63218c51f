package io.firn.broker.plugin.jar;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.sql.Driver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin sees: the JDK, {@code io.firn.spi} and {@code org.slf4j} of the broker, its own jar, and of the plugins
 * it depends on the packages they export. Nothing else of the broker, so that what works in the author's test does not
 * break when the broker changes a library. Parallel capable; any thread.
 */
public final class PluginClassLoader extends URLClassLoader {

    static {
        registerAsParallelCapable();
    }

    private final ClassLoader host;
    private final List<Export> imports;
    /** Whether a class of the plugin is a JDBC driver; written by whoever loads it. */
    private volatile boolean hasDrivers;

    /**
     * The packages of another plugin that this one may use.
     *
     * @param packages dotted names; their subpackages are not meant
     */
    public record Export(PluginClassLoader loader, Set<String> packages) {}

    private PluginClassLoader(String name, URL jar, ClassLoader host, List<Export> imports) {
        super(name, new URL[] {jar}, ClassLoader.getPlatformClassLoader());
        this.host = host;
        this.imports = List.copyOf(imports);
    }

    /** A loader of this jar; {@code host} has the SPI and slf4j. Closing it closes the jar. */
    public static PluginClassLoader open(PluginJar jar, ClassLoader host, List<Export> imports) {
        try {
            URL url = jar.cached().toUri().toURL();
            return new PluginClassLoader("firn-plugin-" + jar.manifest().id(), url, host, imports);
        } catch (MalformedURLException e) {
            throw new IllegalStateException("a file has a URL: " + jar.cached(), e);
        }
    }

    /** Whether a class or resource, named with {@code .}, is the broker's whatever the plugin brings. */
    static boolean isOfHost(String name) {
        return name.startsWith("io.firn.spi.") || name.startsWith("org.slf4j.");
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (isOfHost(name)) {
            return host.loadClass(name);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> type = findLoadedClass(name);
            if (type == null) {
                type = fromPlatform(name);
            }
            if (type == null) {
                type = fromPlugins(name);
            }
            if (resolve) {
                resolveClass(type);
            }
            return type;
        }
    }

    private @Nullable Class<?> fromPlatform(String name) {
        try {
            return getParent().loadClass(name);
        } catch (ClassNotFoundException e) {
            return null;
        }
    }

    private Class<?> fromPlugins(String name) throws ClassNotFoundException {
        try {
            return findClass(name);
        } catch (ClassNotFoundException e) {
            PluginClassLoader exporter = exporterOf(name);
            if (exporter == null) {
                throw new ClassNotFoundException(name + " is neither in the jar of " + getName()
                        + " nor exported by a plugin it depends on; the broker's own classes and libraries are not"
                        + " visible to plugins: put what you use into the jar");
            }
            return exporter.loadClass(name, false);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        Class<?> type = super.findClass(name);
        if (Driver.class.isAssignableFrom(type)) {
            hasDrivers = true;
        }
        return type;
    }

    /**
     * Deregisters the JDBC drivers that are left of the plugin; the classes of those there were. To be called before the
     * loader is closed.
     */
    public List<String> takeBackDrivers() {
        if (!hasDrivers) {
            return List.of();
        }
        try {
            byte[] bytes = bytesOf(DriverProbe.class);
            Class<?> probe = defineClass(DriverProbe.class.getName(), bytes, 0, bytes.length);
            Constructor<?> constructor = probe.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance() instanceof Supplier<?> drivers && drivers.get() instanceof List<?> names
                    ? names.stream().map(String::valueOf).toList()
                    : List.of();
        } catch (IOException | ReflectiveOperationException | LinkageError e) {
            return List.of("(they can not be looked for: " + e + ")");
        }
    }

    private static byte[] bytesOf(Class<?> type) throws IOException {
        try (InputStream in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
            if (in == null) {
                throw new IOException("no class file of " + type.getName());
            }
            return in.readAllBytes();
        }
    }

    private @Nullable PluginClassLoader exporterOf(String name) {
        int dot = name.lastIndexOf('.');
        String packageName = dot < 0 ? "" : name.substring(0, dot);
        for (Export export : imports) {
            if (export.packages().contains(packageName)) {
                return export.loader();
            }
        }
        return null;
    }

    @Override
    public @Nullable URL getResource(String name) {
        String dotted = name.replace('/', '.');
        if (isOfHost(dotted)) {
            return host.getResource(name);
        }
        URL own = findResource(name);
        if (own != null) {
            return own;
        }
        PluginClassLoader exporter = exporterOf(parentOf(dotted));
        return exporter == null ? getParent().getResource(name) : exporter.findResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        String dotted = name.replace('/', '.');
        if (isOfHost(dotted)) {
            return host.getResources(name);
        }
        List<URL> all = new ArrayList<>(Collections.list(findResources(name)));
        PluginClassLoader exporter = exporterOf(parentOf(dotted));
        if (exporter != null) {
            all.addAll(Collections.list(exporter.findResources(name)));
        }
        all.addAll(Collections.list(getParent().getResources(name)));
        return Collections.enumeration(all);
    }

    /** {@code a.b.c.txt} is the resource {@code c.txt} of package {@code a.b}: cut the file's extension off. */
    private static String parentOf(String dotted) {
        int dot = dotted.lastIndexOf('.');
        return dot < 0 ? dotted : dotted.substring(0, dot);
    }

    @Override
    public String toString() {
        return String.valueOf(getName());
    }
}
