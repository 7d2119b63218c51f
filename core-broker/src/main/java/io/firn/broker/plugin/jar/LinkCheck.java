package io.firn.broker.plugin.jar;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Resolves every reference from a plugin's classes into {@code io.firn.spi} against the SPI that is running, before any
 * of them is loaded: what would be a {@link NoSuchMethodError} on the first message becomes a sentence at load. Also
 * finds class files of a newer Java and uses of the broker's own classes. Reads constant pools only (JVMS 4.4).
 */
public final class LinkCheck {

    private static final String SPI = "io/firn/spi/";
    private static final String BROKER = "io/firn/broker/";
    private static final String SUFFIX = ".class";
    private static final String VERSIONS = "META-INF/versions/";
    private static final int MAX_CLASS_BYTES = 32 << 20;
    private static final int MAX_PROBLEMS = 20;
    private static final int MAJOR_OFFSET = 6;
    private static final int FIRST_MAJOR = 44;

    private final SpiMembers members;
    private final String spiVersion;

    /** Checks against the SPI that {@code host} has. */
    public LinkCheck(ClassLoader host, String spiVersion) {
        this.members = new SpiMembers(host);
        this.spiVersion = spiVersion;
    }

    /**
     * Every broken reference as a sentence; empty when all resolve.
     *
     * @throws PluginException when a class cannot be read
     */
    public List<String> problemsOf(PluginJar plugin) {
        Set<String> problems = new TreeSet<>();
        try (JarFile jar = new JarFile(plugin.cached().toFile(), false, JarFile.OPEN_READ, JarFile.runtimeVersion())) {
            for (Iterator<JarEntry> entries = jar.versionedStream().iterator(); entries.hasNext(); ) {
                JarEntry entry = entries.next();
                if (isPluginClass(entry.getName())) {
                    check(jar, entry, problems);
                }
            }
        } catch (IOException e) {
            throw new PluginException(plugin.source().getFileName() + " can not be read: " + e, e);
        }
        return summary(problems);
    }

    private static boolean isPluginClass(String name) {
        return name.endsWith(SUFFIX)
                && !name.endsWith("module-info.class")
                && !name.startsWith(VERSIONS)
                && !PluginClassLoader.isOfHost(name.replace('/', '.'));
    }

    private void check(JarFile jar, JarEntry entry, Set<String> problems) throws IOException {
        String name = entry.getName()
                .substring(0, entry.getName().length() - SUFFIX.length())
                .replace('/', '.');
        byte[] bytes;
        try (InputStream in = jar.getInputStream(entry)) {
            bytes = in.readNBytes(MAX_CLASS_BYTES + 1);
        }
        if (bytes.length > MAX_CLASS_BYTES || bytes.length <= MAJOR_OFFSET + 1) {
            problems.add("class " + name + " has " + bytes.length + " bytes, which is no class file");
            return;
        }
        int major = ((bytes[MAJOR_OFFSET] & 0xff) << 8) | (bytes[MAJOR_OFFSET + 1] & 0xff);
        if (major > ClassFile.latestMajorVersion()) {
            problems.add("class " + name + " is compiled for Java " + (major - FIRST_MAJOR) + ", the broker runs on "
                    + Runtime.version().feature());
            return;
        }
        try {
            checkReferences(name, ClassFile.of().parse(bytes), problems);
        } catch (IllegalArgumentException e) {
            problems.add("class " + name + " is no valid class file: " + e.getMessage());
        }
    }

    private void checkReferences(String user, ClassModel model, Set<String> problems) {
        for (PoolEntry entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry type -> checkType(user, type, problems);
                case MemberRefEntry member -> checkMember(user, member, problems);
                default -> {
                    // names, numbers and texts: they link to nothing by themselves
                }
            }
        }
    }

    private void checkType(String user, ClassEntry entry, Set<String> problems) {
        String type = elementOf(entry.asInternalName());
        if (type.startsWith(SPI) && !members.hasType(type)) {
            problems.add(absent(user, type.replace('/', '.')));
        } else if (type.startsWith(BROKER) && !user.startsWith("io.firn.broker.")) {
            problems.add("class " + user + " uses " + type.replace('/', '.')
                    + ", which is inside the broker and not visible to plugins");
        }
    }

    private void checkMember(String user, MemberRefEntry member, Set<String> problems) {
        String owner = elementOf(member.owner().asInternalName());
        if (!owner.startsWith(SPI)
                || !members.hasType(owner)
                || member.owner().asInternalName().startsWith("[")) {
            return;
        }
        String name = member.name().stringValue();
        String descriptor = member.type().stringValue();
        if (!members.hasMember(owner, name, descriptor)) {
            problems.add(absent(user, SpiMembers.describe(owner, name, descriptor)));
        }
    }

    private String absent(String user, String what) {
        return "class " + user + " uses " + what + ", which SPI " + spiVersion + " does not have";
    }

    /** {@code [[Lio/firn/spi/X;} is an array of {@code io/firn/spi/X}. */
    private static String elementOf(String internal) {
        if (!internal.startsWith("[")) {
            return internal;
        }
        int start = internal.lastIndexOf('[') + 1;
        return internal.charAt(start) == 'L' ? internal.substring(start + 1, internal.length() - 1) : "";
    }

    private static List<String> summary(Set<String> problems) {
        List<String> all = new ArrayList<>(problems);
        if (all.size() <= MAX_PROBLEMS) {
            return List.copyOf(all);
        }
        List<String> first = new ArrayList<>(all.subList(0, MAX_PROBLEMS));
        first.add("and " + (all.size() - MAX_PROBLEMS) + " more");
        return List.copyOf(first);
    }
}
