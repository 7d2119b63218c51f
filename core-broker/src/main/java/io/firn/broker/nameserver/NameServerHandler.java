package io.firn.broker.nameserver;

import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.BrokerMembers;
import io.firn.broker.wire.body.BrokerMembersBody;
import io.firn.broker.wire.body.DataVersion;
import io.firn.broker.wire.body.KvTableBody;
import io.firn.broker.wire.body.RegisterBrokerBody;
import io.firn.broker.wire.body.TopicListBody;
import io.firn.broker.wire.body.TopicRouteBody;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.IntPredicate;
import java.util.zip.CRC32;

/** What a name server answers. Every request runs on {@code firn-control}, which owns the tables. */
final class NameServerHandler {

    private static final String ORDER_NAMESPACE = "ORDER_TOPIC_CONFIG";
    private static final long DEFAULT_TIMEOUT_MS = Duration.ofMinutes(2).toMillis();
    private static final long LONGEST_TIMEOUT_MS = Duration.ofDays(1).toMillis();
    /** Bits of a topic's system flags: deployed in units, and read by groups that are. */
    private static final int UNIT = 1;

    private static final int UNIT_READERS = 2;
    private static final int CRC_MASK = 0x7FFF_FFFF;
    private static final ExtKey VALUE = ExtKey.of("value");
    private static final ExtKey CHANGED = ExtKey.of("changed");
    private static final ExtKey WIPED = ExtKey.of("wipeTopicCount");
    private static final ExtKey ADDED = ExtKey.of("addTopicCount");
    private static final ExtKey PRIMARY = ExtKey.of("masterAddr");
    private static final ExtKey PRIMARY_REPLICATION = ExtKey.of("haServerAddr");

    private final RouteTable routes;
    private final KeyValues keyValues;
    private final NameServerSettings settings;

    NameServerHandler(RouteTable routes, KeyValues keyValues, NameServerSettings settings) {
        this.routes = routes;
        this.keyValues = keyValues;
        this.settings = settings;
    }

    /** The request table of a name server; {@code control} is the owner of the tables. */
    RequestRouter table(Executor control) {
        return RequestRouter.builder()
                .route(RequestCode.REGISTER_BROKER, control, this::register)
                .route(RequestCode.UNREGISTER_BROKER, control, (request, from) -> unregister(request))
                .route(RequestCode.BROKER_HEARTBEAT, control, (request, from) -> heartbeat(request))
                .route(RequestCode.QUERY_DATA_VERSION, control, (request, from) -> queryVersion(request))
                .route(RequestCode.GET_BROKER_MEMBER_GROUP, control, (request, from) -> members(request))
                .route(RequestCode.GET_ROUTEINFO_BY_TOPIC, control, (request, from) -> route(request))
                .route(RequestCode.GET_BROKER_CLUSTER_INFO, control, (request, from) -> json(routes.clusters()))
                .route(RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER, control, (request, from) -> allTopics())
                .route(RequestCode.GET_TOPICS_BY_CLUSTER, control, (request, from) -> topicsByCluster(request))
                .route(RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_NS, control, (request, from) -> systemTopics())
                .route(RequestCode.REGISTER_TOPIC_IN_NAMESRV, control, (request, from) -> registerTopic(request))
                .route(RequestCode.DELETE_TOPIC_IN_NAMESRV, control, (request, from) -> deleteTopic(request))
                .route(RequestCode.WIPE_WRITE_PERM_OF_BROKER, control, (request, from) -> wipe(request))
                .route(RequestCode.ADD_WRITE_PERM_OF_BROKER, control, (request, from) -> restore(request))
                .route(RequestCode.PUT_KV_CONFIG, control, this::putValue)
                .route(RequestCode.GET_KV_CONFIG, control, (request, from) -> getValue(request))
                .route(RequestCode.DELETE_KV_CONFIG, control, this::deleteValue)
                .route(RequestCode.GET_KVLIST_BY_NAMESPACE, control, (request, from) -> listValues(request))
                .route(RequestCode.GET_UNIT_TOPIC_LIST, control, (request, from) -> topics(NameServerHandler::isUnit))
                .route(
                        RequestCode.GET_HAS_UNIT_SUB_TOPIC_LIST,
                        control,
                        (request, from) -> topics(NameServerHandler::hasUnitReaders))
                .route(
                        RequestCode.GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST,
                        control,
                        (request, from) -> topics(flags -> hasUnitReaders(flags) && !isUnit(flags)))
                .route(RequestCode.GET_NAMESRV_CONFIG, control, (request, from) -> Reply.Now.ok(settings.text()))
                .route(RequestCode.UPDATE_NAMESRV_CONFIG, control, (request, from) -> changeSettings(request))
                .build();
    }

    private Reply register(RemotingCommand request, Connection connection) {
        ExtFields ext = request.ext();
        Registration from = Registration.of(ext);
        byte[] body = request.bodyBytes();
        checkIntact(body, ext.intOr("bodyCrc32", 0));
        if (ext.booleanOr("compressed", false)) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR, "compressed registrations are not read: set compressedRegister=false");
        }
        RegisterBrokerBody topics = Json.decode(body, RegisterBrokerBody.class);
        long timeoutMs = Math.clamp(ext.longOr("heartbeatTimeoutMillis", DEFAULT_TIMEOUT_MS), 1, LONGEST_TIMEOUT_MS);
        routes.register(
                from,
                connection,
                topics.topicConfigSerializeWrapper(),
                Duration.ofMillis(timeoutMs).toNanos());
        Map<String, String> ordered = keyValues.of(ORDER_NAMESPACE);
        return Reply.Now.ok(primaryFields(from), Json.encode(new KvTableBody(ordered)));
    }

    /** A replica is told where its primary is. */
    private HeaderFields primaryFields(Registration from) {
        String primary = routes.members(from.brokerName()).get(0L);
        if (from.brokerId() == 0 || primary == null) {
            return HeaderFields.NONE;
        }
        return out -> {
            out.put(PRIMARY, primary);
            out.put(PRIMARY_REPLICATION, primary);
        };
    }

    private static void checkIntact(byte[] body, int expected) {
        CRC32 crc = new CRC32();
        crc.update(body);
        if (expected != 0 && expected != ((int) crc.getValue() & CRC_MASK)) {
            throw new RequestException(ResponseCode.SYSTEM_ERROR, "the registration's crc32 does not match its body");
        }
    }

    private Reply unregister(RemotingCommand request) {
        routes.unregister(Registration.of(request.ext()));
        return Reply.Now.ok();
    }

    private Reply heartbeat(RemotingCommand request) {
        routes.heardOf(request.ext().required("brokerAddr"));
        return Reply.Now.ok();
    }

    private Reply queryVersion(RemotingCommand request) {
        DataVersion known = routes.heardOf(request.ext().required("brokerAddr"));
        DataVersion asked = Json.decode(request.bodyBytes(), DataVersion.class);
        HeaderFields changed = out -> out.put(CHANGED, !Objects.equals(known, asked));
        return known == null ? Reply.Now.ok(changed) : Reply.Now.ok(changed, Json.encode(known));
    }

    private Reply members(RemotingCommand request) {
        String name = request.ext().required("brokerName");
        String cluster = request.ext().required("clusterName");
        return json(new BrokerMembersBody(new BrokerMembers(cluster, name, routes.members(name))));
    }

    private Reply route(RemotingCommand request) {
        String topic = request.ext().required("topic");
        String ordered = keyValues.of(ORDER_NAMESPACE).get(topic);
        TopicRouteBody route = routes.route(topic, ordered);
        if (route == null) {
            throw new RequestException(
                    ResponseCode.TOPIC_NOT_EXIST, "No topic route info in name server for the topic: " + topic);
        }
        return json(route);
    }

    private Reply allTopics() {
        return json(new TopicListBody(routes.topics(), null));
    }

    private Reply topicsByCluster(RemotingCommand request) {
        return json(new TopicListBody(routes.topicsOf(request.ext().required("cluster")), null));
    }

    private Reply systemTopics() {
        return json(new TopicListBody(routes.systemTopics(), routes.anyAddress()));
    }

    private Reply registerTopic(RemotingCommand request) {
        TopicRouteBody body = Json.decode(request.bodyBytes(), TopicRouteBody.class);
        routes.putTopic(request.ext().required("topic"), body.queueDatas());
        return Reply.Now.ok();
    }

    private Reply deleteTopic(RemotingCommand request) {
        routes.deleteTopic(request.ext().required("topic"), request.ext().get("clusterName"));
        return Reply.Now.ok();
    }

    private Reply wipe(RemotingCommand request) {
        int count = routes.setWritable(request.ext().required("brokerName"), BrokerGroup.Writing.FORBIDDEN);
        return Reply.Now.ok(out -> out.put(WIPED, count));
    }

    private Reply restore(RemotingCommand request) {
        int count = routes.setWritable(request.ext().required("brokerName"), BrokerGroup.Writing.ALLOWED);
        return Reply.Now.ok(out -> out.put(ADDED, count));
    }

    private Reply putValue(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        return LaterReply.to(
                request,
                from,
                keyValues
                        .put(ext.required("namespace"), ext.required("key"), ext.required("value"))
                        .thenApply(done -> Reply.Now.ok()));
    }

    private Reply getValue(RemotingCommand request) {
        ExtFields ext = request.ext();
        String value = keyValues.of(ext.required("namespace")).get(ext.required("key"));
        if (value == null) {
            throw new RequestException(
                    ResponseCode.QUERY_NOT_FOUND,
                    "No config item, Namespace: " + ext.required("namespace") + " Key: " + ext.required("key"));
        }
        return Reply.Now.ok(out -> out.put(VALUE, value));
    }

    private Reply deleteValue(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        return LaterReply.to(
                request,
                from,
                keyValues.remove(ext.required("namespace"), ext.required("key")).thenApply(done -> Reply.Now.ok()));
    }

    private Reply listValues(RemotingCommand request) {
        String name = request.ext().required("namespace");
        Map<String, String> namespace = keyValues.of(name);
        if (namespace.isEmpty()) {
            throw new RequestException(ResponseCode.QUERY_NOT_FOUND, "No config item, Namespace: " + name);
        }
        return json(new KvTableBody(namespace));
    }

    private Reply topics(IntPredicate flags) {
        return json(new TopicListBody(routes.topicsWith(flags), null));
    }

    private static boolean isUnit(int topicFlags) {
        return (topicFlags & UNIT) != 0;
    }

    private static boolean hasUnitReaders(int topicFlags) {
        return (topicFlags & UNIT_READERS) != 0;
    }

    private Reply changeSettings(RemotingCommand request) {
        settings.check(new String(request.bodyBytes(), StandardCharsets.UTF_8));
        return Reply.Now.ok();
    }

    private static Reply json(Object body) {
        return Reply.Now.ok(Json.encode(body));
    }
}
