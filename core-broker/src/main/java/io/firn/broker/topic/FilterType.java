package io.firn.broker.topic;

/** How many tags a message of a topic may carry. The names are those of the wire and of {@code topics.json}. */
public enum FilterType {
    SINGLE_TAG,
    MULTI_TAG
}
