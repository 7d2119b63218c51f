package io.firn.testkit;

import java.util.ArrayList;
import java.util.List;

/** A topic to be made, as an operator makes one. */
public final class TopicBuilder {

    private final StockClient client;
    private final String name;
    private final List<String> attributes = new ArrayList<>();
    private int queues = 1;

    TopicBuilder(StockClient client, String name) {
        this.client = client;
        this.name = name;
    }

    /** How many queues; 1 unless said. */
    public TopicBuilder queues(int count) {
        queues = count;
        return this;
    }

    /** An attribute, such as {@code cleanup.policy}. */
    public TopicBuilder attribute(String key, String value) {
        attributes.add("+" + key + "=" + value);
        return this;
    }

    /**
     * Makes it, or changes it when it is there. Clients can use it when this returns.
     *
     * @throws IllegalArgumentException with the broker's words when it refuses
     */
    public void create() {
        client.createTopic(name, queues, String.join(",", attributes));
    }
}
