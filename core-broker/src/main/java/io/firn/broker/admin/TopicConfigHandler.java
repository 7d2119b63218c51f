package io.firn.broker.admin;

import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.DataVersion;
import io.firn.broker.wire.body.TopicConfigBody;
import io.firn.broker.wire.body.TopicConfigTable;
import io.firn.broker.wire.body.TopicListBody;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/** Shows the settings of topics: codes 21, 351 and 305. */
final class TopicConfigHandler {

    private static final ExtKey TOTAL = ExtKey.of("totalTopicNum");

    private final TopicRegistry topics;
    private final BrokerIdentity self;

    TopicConfigHandler(BrokerRooms rooms) {
        this.topics = rooms.topics();
        this.self = rooms.self();
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.GET_ALL_TOPIC_CONFIG, pool, (request, from) -> all(request))
                .route(RequestCode.GET_TOPIC_CONFIG, pool, (request, from) -> one(request))
                .route(RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_BROKER, pool, (request, from) -> system());
    }

    /** The version is read before the table: a tool that sees an old version asks again. */
    private Reply all(RemotingCommand request) {
        DataVersion version = topics.version();
        TablePage page = TablePage.of(request.ext(), "topicSeq", "maxTopicNum", version);
        Map<String, Topic> all = Map.copyOf(topics.all());
        Map<String, TopicConfigBody> shown = new LinkedHashMap<>();
        page.cut(all).forEach((name, topic) -> shown.put(name, body(topic)));
        return Reply.Now.ok(out -> out.put(TOTAL, all.size()), Json.encode(new TopicConfigTable(shown, version)));
    }

    private Reply one(RemotingCommand request) {
        ExtFields ext = request.ext();
        String name = ext.required("topic");
        Topic topic = topics.find(name);
        if (topic == null) {
            throw new RequestException(ResponseCode.TOPIC_NOT_EXIST, "No topic in this broker. topic: " + name);
        }
        return Reply.Now.ok(Json.encode(body(topic)));
    }

    private Reply system() {
        List<String> names =
                topics.all().keySet().stream().filter(topics::isSystem).sorted().toList();
        return Reply.Now.ok(Json.encode(new TopicListBody(names, self.address())));
    }

    private static TopicConfigBody body(Topic topic) {
        return new TopicConfigBody(
                topic.name(),
                topic.readQueues(),
                topic.writeQueues(),
                topic.perm(),
                topic.filterType().name(),
                topic.sysFlag(),
                topic.order(),
                topic.attributes());
    }
}
