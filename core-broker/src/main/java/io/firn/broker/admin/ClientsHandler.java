package io.firn.broker.admin;

import io.firn.broker.group.ConsumerGroup;
import io.firn.broker.group.Member;
import io.firn.broker.group.Members;
import io.firn.broker.group.Offsets;
import io.firn.broker.group.Subscription;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.ConnectionBody;
import io.firn.broker.wire.body.ConsumerConnectionBody;
import io.firn.broker.wire.body.GroupListBody;
import io.firn.broker.wire.body.GroupSubscriptionBody;
import io.firn.broker.wire.body.ProducerClientBody;
import io.firn.broker.wire.body.ProducerConnectionBody;
import io.firn.broker.wire.body.ProducerTableBody;
import io.firn.broker.wire.body.SubscriptionBody;
import io.firn.broker.wire.body.TopicListBody;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;

/** Shows who is connected and who reads what: codes 203, 204, 328, 300, 343 and 345. */
final class ClientsHandler {

    private final Members members;
    private final Offsets offsets;
    private final BrokerIdentity self;

    ClientsHandler(BrokerRooms rooms) {
        this.members = rooms.groups().members();
        this.offsets = rooms.groups().offsets();
        this.self = rooms.self();
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.GET_CONSUMER_CONNECTION_LIST, pool, (request, from) -> consumers(request))
                .route(RequestCode.GET_PRODUCER_CONNECTION_LIST, pool, (request, from) -> producers(request))
                .route(RequestCode.GET_ALL_PRODUCER_INFO, pool, (request, from) -> allProducers())
                .route(RequestCode.QUERY_TOPIC_CONSUME_BY_WHO, pool, (request, from) -> groupsOf(request))
                .route(RequestCode.QUERY_TOPICS_BY_CONSUMER, pool, (request, from) -> topicsOf(request))
                .route(RequestCode.QUERY_SUBSCRIPTION_BY_CONSUMER, pool, (request, from) -> subscription(request));
    }

    private Reply consumers(RemotingCommand request) {
        String name = request.ext().required("consumerGroup");
        ConsumerGroup group = members.consumers(name);
        if (group == null) {
            throw new RequestException(ResponseCode.CONSUMER_NOT_ONLINE, "the consumer group[" + name + "] not online");
        }
        Map<String, SubscriptionBody> subscriptions = new TreeMap<>();
        group.subscriptions().forEach((topic, subscription) -> subscriptions.put(topic, subscription.body()));
        return Reply.Now.ok(Json.encode(new ConsumerConnectionBody(
                connections(group.members()),
                subscriptions,
                group.mode().type(),
                group.mode().model(),
                group.mode().from())));
    }

    private Reply producers(RemotingCommand request) {
        String name = request.ext().required("producerGroup");
        List<Member> connected = members.producers(name);
        if (connected.isEmpty()) {
            throw new RequestException(ResponseCode.SYSTEM_ERROR, "the producer group[" + name + "] not exist");
        }
        return Reply.Now.ok(Json.encode(new ProducerConnectionBody(connections(connected))));
    }

    private static List<ConnectionBody> connections(List<Member> connected) {
        return connected.stream()
                .map(member -> new ConnectionBody(
                        member.clientId(),
                        member.link().address(),
                        member.link().language().name(),
                        member.link().version()))
                .toList();
    }

    private Reply allProducers() {
        Map<String, List<ProducerClientBody>> all = new TreeMap<>();
        for (String group : members.producerGroups()) {
            List<ProducerClientBody> clients = members.producers(group).stream()
                    .map(member -> new ProducerClientBody(
                            member.clientId(),
                            member.link().address(),
                            member.link().language().name(),
                            member.link().version(),
                            member.lastSeenMs()))
                    .toList();
            if (!clients.isEmpty()) {
                all.put(group, clients);
            }
        }
        return Reply.Now.ok(Json.encode(new ProducerTableBody(all)));
    }

    /** Groups that have read the topic before, or subscribe to it now. */
    private Reply groupsOf(RemotingCommand request) {
        String topic = request.ext().required("topic");
        Set<String> groups = new TreeSet<>(offsets.groupsOf(topic));
        members.consumers().forEach((name, group) -> {
            if (group.subscription(topic) != null) {
                groups.add(name);
            }
        });
        return Reply.Now.ok(Json.encode(new GroupListBody(List.copyOf(groups))));
    }

    private Reply topicsOf(RemotingCommand request) {
        Set<String> topics = offsets.topicsOf(request.ext().required("group"));
        return Reply.Now.ok(Json.encode(new TopicListBody(List.copyOf(topics), self.address())));
    }

    private Reply subscription(RemotingCommand request) {
        ExtFields ext = request.ext();
        String group = ext.required("group");
        String topic = ext.required("topic");
        Subscription found = members.subscription(group, topic);
        return Reply.Now.ok(Json.encode(new GroupSubscriptionBody(group, topic, found == null ? null : found.body())));
    }
}
