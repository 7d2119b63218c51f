package io.firn.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.rocketmq.common.message.MessageExt;

/**
 * What a stock client got, queue by queue in the order of their ids, each in the order of its offsets.
 *
 * @param messages as the client hands them out
 */
public record Pulled(List<MessageExt> messages) {

    public Pulled {
        messages = List.copyOf(messages);
    }

    /** Their bodies as text. */
    public List<String> bodies() {
        return messages.stream()
                .map(message -> new String(message.getBody(), StandardCharsets.UTF_8))
                .toList();
    }

    /** Their keys; an empty text for those without. */
    public List<String> keys() {
        return messages.stream()
                .map(message -> message.getKeys() == null ? "" : message.getKeys())
                .toList();
    }

    /** Values of a property; an empty text for those without. */
    public List<String> properties(String name) {
        return messages.stream()
                .map(message -> message.getProperty(name) == null ? "" : message.getProperty(name))
                .toList();
    }
}
