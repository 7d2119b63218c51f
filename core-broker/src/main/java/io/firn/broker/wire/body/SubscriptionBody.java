package io.firn.broker.wire.body;

import java.util.List;

/**
 * One topic that a group consumes, and its filter.
 *
 * @param subString the expression as the client wrote it
 * @param codeSet the tags' hash codes
 * @param subVersion milliseconds at which the client made it; the newer one holds
 * @param expressionType {@code TAG} or {@code SQL92}
 */
public record SubscriptionBody(
        String topic,
        String subString,
        List<String> tagsSet,
        List<Integer> codeSet,
        long subVersion,
        String expressionType,
        boolean classFilterMode) {
    public SubscriptionBody {
        topic = Absent.text(topic);
        subString = Absent.text(subString);
        tagsSet = Absent.list(tagsSet);
        codeSet = Absent.list(codeSet);
        expressionType = Absent.or(expressionType, "TAG");
    }
}
