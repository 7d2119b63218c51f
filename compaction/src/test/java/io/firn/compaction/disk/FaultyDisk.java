package io.firn.compaction.disk;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A disk in memory that can lose power before any step: what was not synced is then lost, kept or torn at random, file by file
 * and name by name, as the seed says. It can also be full. One thread.
 */
public final class FaultyDisk implements Disk {

    private static final int BLOCK = 512;

    private final Random random;
    private Map<Path, Map<String, Node>> live = new HashMap<>();
    private final Map<Path, Map<String, Node>> durable = new HashMap<>();
    private final List<NameChange> pending = new ArrayList<>();
    private long stepsLeft = Long.MAX_VALUE;
    private long steps;
    private long capacity = Long.MAX_VALUE;
    private long failAt = Long.MAX_VALUE;
    private boolean dark;

    public FaultyDisk(long seed) {
        this.random = new Random(seed);
    }

    private static final class Node {
        byte[] bytes = new byte[256];
        int length;
        int synced;

        void append(ByteBuffer source, int count) {
            if (length + count > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
            }
            source.get(bytes, length, count);
            length += count;
        }
    }

    /** A name that is made (node), or that goes (null). */
    private record NameChange(Path directory, String name, Node node, String replaced) {}

    /** The power goes before the step after so many more. */
    public void cutPowerAfter(long moreSteps) {
        stepsLeft = moreSteps;
    }

    /** Steps so far. */
    public long steps() {
        return steps;
    }

    /** The step with this number fails with an error of input and output, once. */
    public void failStep(long number) {
        failAt = number;
    }

    /** No more than so many bytes fit, names of files not counted. */
    public void capacity(long bytes) {
        capacity = bytes;
    }

    public boolean isDark() {
        return dark;
    }

    /** Power is back: only what survived is there. */
    public void restart() {
        for (NameChange change : pending) {
            if (random.nextBoolean()) {
                apply(durable, change);
            }
        }
        pending.clear();
        live = new HashMap<>();
        for (Map.Entry<Path, Map<String, Node>> directory : durable.entrySet()) {
            Map<String, Node> names = new HashMap<>();
            directory.getValue().replaceAll((name, node) -> survivor(node));
            names.putAll(directory.getValue());
            live.put(directory.getKey(), names);
        }
        dark = false;
        stepsLeft = Long.MAX_VALUE;
    }

    private Node survivor(Node node) {
        Node kept = new Node();
        int length =
                node.synced == node.length ? node.length : node.synced + random.nextInt(node.length - node.synced + 1);
        kept.bytes = Arrays.copyOf(node.bytes, length);
        kept.length = length;
        for (int at = node.synced; at < length; at += BLOCK) {
            if (random.nextInt(4) == 0) {
                Arrays.fill(kept.bytes, at, Math.min(length, at + BLOCK), (byte) 0);
            }
        }
        kept.synced = length;
        return kept;
    }

    private static void apply(Map<Path, Map<String, Node>> names, NameChange change) {
        Map<String, Node> directory = names.computeIfAbsent(change.directory(), path -> new HashMap<>());
        if (change.replaced() != null) {
            directory.remove(change.replaced());
        }
        if (change.node() == null) {
            directory.remove(change.name());
        } else {
            directory.put(change.name(), change.node());
        }
    }

    private void step() throws IOException {
        if (dark || stepsLeft-- <= 0) {
            dark = true;
            throw new PowerCut();
        }
        if (++steps == failAt) {
            throw new IOException("the disk says no at step " + steps);
        }
    }

    private void change(NameChange change) {
        apply(live, change);
        pending.add(change);
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private Map<String, Node> directory(Path path) throws IOException {
        Map<String, Node> names = live.get(path);
        if (names == null) {
            throw new FileNotFoundException(path + " is no directory");
        }
        return names;
    }

    @Override
    public OutputFile create(Path file) throws IOException {
        step();
        if (directory(file.getParent()).containsKey(name(file))) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Node node = new Node();
        change(new NameChange(file.getParent(), name(file), node, null));
        return new Output(node);
    }

    private final class Output implements OutputFile {
        private final Node node;

        Output(Node node) {
            this.node = node;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            if (!dark && stepsLeft == 0 && bytes.hasRemaining()) {
                node.append(bytes, random.nextInt(bytes.remaining()));
            }
            step();
            if (used() + bytes.remaining() > capacity) {
                throw new IOException("No space left on device");
            }
            node.append(bytes, bytes.remaining());
        }

        @Override
        public void sync() throws IOException {
            step();
            node.synced = node.length;
        }

        @Override
        public void close() {
            // nothing is held open
        }
    }

    private long used() {
        if (capacity == Long.MAX_VALUE) {
            return 0;
        }
        return live.values().stream()
                .flatMap(names -> names.values().stream())
                .mapToLong(node -> node.length)
                .sum();
    }

    @Override
    public InputFile open(Path file) throws IOException {
        Node node = directory(file.getParent()).get(name(file));
        if (node == null) {
            throw new FileNotFoundException(file.toString());
        }
        return new Input(MemorySegment.ofArray(node.bytes).asSlice(0, node.length));
    }

    private record Input(MemorySegment bytes) implements InputFile {
        @Override
        public void close() {
            // memory of the heap
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step();
        Node node = directory(from.getParent()).get(name(from));
        if (node == null) {
            throw new FileNotFoundException(from.toString());
        }
        change(new NameChange(from.getParent(), name(to), node, name(from)));
    }

    @Override
    public void delete(Path file) throws IOException {
        step();
        if (directory(file.getParent()).containsKey(name(file))) {
            change(new NameChange(file.getParent(), name(file), null, null));
        }
    }

    @Override
    public void createDirectories(Path directory) {
        live.computeIfAbsent(directory, path -> new HashMap<>());
        durable.computeIfAbsent(directory, path -> new HashMap<>());
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        step();
        List<NameChange> others = new ArrayList<>();
        for (NameChange change : pending) {
            if (change.directory().equals(directory)) {
                apply(durable, change);
            } else {
                others.add(change);
            }
        }
        pending.clear();
        pending.addAll(others);
    }

    @Override
    public List<String> list(Path directory) {
        return List.copyOf(live.getOrDefault(directory, Map.of()).keySet());
    }

    @Override
    public long usableBytes(Path directory) {
        return capacity == Long.MAX_VALUE ? Long.MAX_VALUE : capacity - used();
    }

    /** The bytes of a file, to be looked at. */
    public byte[] read(Path file) {
        Node node = live.get(file.getParent()).get(name(file));
        return Arrays.copyOf(node.bytes, node.length);
    }

    /** Changes the bytes of a file behind everybody's back. */
    public void overwrite(Path file, byte[] bytes) {
        Node node = new Node();
        node.bytes = bytes.clone();
        node.length = bytes.length;
        node.synced = bytes.length;
        live.get(file.getParent()).put(name(file), node);
        durable.get(file.getParent()).put(name(file), node);
    }
}
