package io.firn.broker.wire.body;

import java.util.List;

/** Reply to 300: the groups that consume a topic. */
public record GroupListBody(List<String> groupList) {
    public GroupListBody {
        groupList = Absent.list(groupList);
    }
}
