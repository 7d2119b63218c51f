package io.firn.broker.wire.body;

/** Reply to 353: whether a group may read a topic. */
public record GroupForbiddenBody(String topic, String group, boolean readable) {
    public GroupForbiddenBody {
        topic = Absent.text(topic);
        group = Absent.text(group);
    }
}
