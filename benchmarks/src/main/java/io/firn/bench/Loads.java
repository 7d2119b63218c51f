package io.firn.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The loads that scenarios put on a peer. */
final class Loads {
    private final Plan plan;

    Loads(Plan plan) {
        this.plan = plan;
    }

    /** Names of {@code count} topics, all equally long. */
    static List<String> topics(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> prefix + "-" + (1000 + i))
                .toList();
    }

    /** One frame for each queue of each topic; neighbours go to different topics. */
    static SendFrame[] frames(Peer peer, List<String> topics, int queues, int bodyBytes) {
        SendFrame[] frames = new SendFrame[topics.size() * queues];
        for (int queue = 0; queue < queues; queue++) {
            for (int topic = 0; topic < topics.size(); topic++) {
                SendFrame.Target target = new SendFrame.Target(topics.get(topic), queue, peer.brokerName());
                frames[queue * topics.size() + topic] = SendFrame.single(target, bodyBytes);
            }
        }
        return frames;
    }

    /** All connections with full windows. */
    List<Driver> send(SendFrame[] frames) {
        return send(frames, Long.MAX_VALUE, plan.window());
    }

    /** All connections with a window each, until {@code requests} have been sent. */
    List<Driver> send(SendFrame[] frames, long requests, int window) {
        List<Driver> drivers = new ArrayList<>();
        for (int i = 0; i < plan.connections(); i++) {
            int first = i * frames.length / plan.connections();
            drivers.add(new ClosedLoop(new SendWork(frames, window, first, requests / plan.connections())));
        }
        return drivers;
    }

    /** Creates a topic of {@link Plan#QUEUES} queues. */
    void create(RunningPeer peer, String topic) {
        try (AdminCalls admin = peer.admin()) {
            admin.createTopics(List.of(topic), Plan.QUEUES);
        }
    }

    /** Creates a topic and sends it so many messages; returns when its queues show them. */
    void fill(RunningPeer peer, String topic, int bodyBytes, int messages) {
        create(peer, topic);
        SendFrame[] frames = frames(peer.peer(), List.of(topic), Plan.QUEUES, bodyBytes);
        try (LoadRun load = LoadRun.connect(peer, send(frames, messages, plan.window()))) {
            load.measureUntilDone();
        }
        LoadedStore.awaitDispatched(peer, topic, messages);
    }

    /** All connections, the topic's queues dealt out among them; each is popped until it is empty. */
    List<Driver> pop(RunningPeer peer, String topic, String group) {
        List<Driver> drivers = new ArrayList<>();
        for (int i = 0; i < plan.connections(); i++) {
            List<SendFrame.Target> mine = new ArrayList<>();
            for (int queue = i; queue < Plan.QUEUES; queue += plan.connections()) {
                mine.add(new SendFrame.Target(topic, queue, peer.peer().brokerName()));
            }
            drivers.add(new ClosedLoop(new PopWork(mine, group)));
        }
        return drivers;
    }

    /** All connections with a window of transactions each, until so many were begun. */
    List<Driver> transactions(Peer peer, String topic, int bodyBytes, long transactions) {
        SendFrame[] halves = IntStream.range(0, Plan.QUEUES)
                .mapToObj(queue -> SendFrame.half(new SendFrame.Target(topic, queue, peer.brokerName()), bodyBytes))
                .toArray(SendFrame[]::new);
        List<Driver> drivers = new ArrayList<>();
        for (int i = 0; i < plan.connections(); i++) {
            int first = i * halves.length / plan.connections();
            drivers.add(new ClosedLoop(
                    new TransactionWork(halves, topic, plan.window(), first, transactions / plan.connections())));
        }
        return drivers;
    }

    /** All connections at a fixed rate together. */
    List<Driver> paced(SendFrame[] frames, double perSecond) {
        List<Driver> drivers = new ArrayList<>();
        for (int i = 0; i < plan.connections(); i++) {
            drivers.add(new PacedSend(frames, perSecond / plan.connections(), i));
        }
        return drivers;
    }

    /** All connections, the topic's queues dealt out among them. */
    List<Driver> pull(List<PullWork.Range> ranges, PullWork.AtEnd atEnd) {
        List<Driver> drivers = new ArrayList<>();
        for (int i = 0; i < plan.connections(); i++) {
            List<PullWork.Range> mine = new ArrayList<>();
            for (int queue = i; queue < ranges.size(); queue += plan.connections()) {
                mine.add(ranges.get(queue));
            }
            drivers.add(new ClosedLoop(new PullWork(mine, atEnd)));
        }
        return drivers;
    }

    /** The last {@code count} messages of each queue of a topic, or all with {@link Long#MAX_VALUE}. */
    static List<PullWork.Range> last(RunningPeer peer, String topic, long count) {
        List<PullWork.Range> ranges = new ArrayList<>();
        try (AdminCalls admin = peer.admin()) {
            for (int queue = 0; queue < Plan.QUEUES; queue++) {
                long max = admin.maxOffset(topic, queue);
                SendFrame.Target from =
                        new SendFrame.Target(topic, queue, peer.peer().brokerName());
                PullFrame frame = new PullFrame(from, "bench-consumer");
                ranges.add(new PullWork.Range(frame, Math.max(0, max - count), max));
            }
        }
        return ranges;
    }
}
