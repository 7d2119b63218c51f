package io.firn.broker.topic;

/** Told about each topic that was created, changed or deleted. */
public interface TopicListener {

    /**
     * The registry already shows the change and its file is written. Runs on {@code firn-housekeeper}: it must not
     * block and must not throw; what it wants to do it posts.
     */
    void onChange(TableChange<Topic> change);
}
