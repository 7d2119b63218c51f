package io.firn.broker.group;

import io.firn.broker.topic.TopicName;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.List;

/** Rules for group names and the groups every broker has. Any thread. */
public final class GroupName {

    /** Longest name of a group; its retry topic's name is longer by a prefix. */
    public static final int MAX_LENGTH = 120;

    private static final String SYSTEM_PREFIX = "CID_RMQ_SYS_";

    /** Groups that tools and clients use without creating them. */
    static final List<String> BUILT_IN = List.of(
            "TOOLS_CONSUMER",
            "FILTERSRV_CONSUMER",
            "SELF_TEST_C_GROUP",
            "CID_ONS-HTTP-PROXY",
            "CID_ONSAPI_PULL",
            "CID_ONSAPI_PERMISSION",
            "CID_ONSAPI_OWNER",
            "CID_RMQ_SYS_TRANS");

    private GroupName() {}

    /** Whether the group belongs to the broker or its tools. */
    public static boolean isSystem(String name) {
        return name.startsWith(SYSTEM_PREFIX) || BUILT_IN.contains(name);
    }

    /**
     * Checks length and characters.
     *
     * @throws RequestException INVALID_PARAMETER saying what is wrong
     */
    public static void validate(String name) {
        if (name.isBlank()) {
            throw invalid("the group name is empty");
        }
        if (name.length() > MAX_LENGTH) {
            throw invalid("the group name has " + name.length() + " characters, at most " + MAX_LENGTH
                    + " are allowed: " + name);
        }
        int bad = TopicName.firstIllegal(name);
        if (bad >= 0) {
            throw invalid("the group name '" + name + "' has an illegal character at index " + bad
                    + ": allowed are letters, digits, '_', '-', '%' and '|'");
        }
    }

    private static RequestException invalid(String remark) {
        return new RequestException(ResponseCode.INVALID_PARAMETER, remark);
    }
}
