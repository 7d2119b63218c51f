package io.firn.broker.admin;

import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicName;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Creates, changes and deletes topics: codes 17, 18 and 215. A created topic is on disk and known to the name servers
 * before the answer goes; a deleted one has lost its queues and offsets.
 */
final class TopicChangeHandler {

    private final BrokerRooms rooms;
    private final TopicRegistry topics;
    private final TopicAnnouncer announcer;

    TopicChangeHandler(BrokerRooms rooms, TopicAnnouncer announcer) {
        this.rooms = rooms;
        this.topics = rooms.topics();
        this.announcer = announcer;
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.UPDATE_AND_CREATE_TOPIC, pool, this::put)
                .route(RequestCode.UPDATE_AND_CREATE_TOPIC_LIST, pool, this::putAll)
                .route(RequestCode.DELETE_TOPIC_IN_BROKER, pool, (request, from) -> delete(request, from, pool));
    }

    private Reply put(RemotingCommand request, Connection from) {
        return LaterReply.to(request, from, change(List.of(TopicWish.of(request.ext()))));
    }

    /** Body of request 18. */
    record TopicConfigList(@Nullable List<TopicWish.Json> topicConfigList) {}

    private Reply putAll(RemotingCommand request, Connection from) {
        List<TopicWish.Json> wanted =
                Json.decode(request.bodyBytes(), TopicConfigList.class).topicConfigList();
        if (wanted == null) {
            throw new RequestException(ResponseCode.SYSTEM_ERROR, "body of request 18 has no topicConfigList");
        }
        return LaterReply.to(
                request, from, change(wanted.stream().map(TopicWish.Json::wish).toList()));
    }

    /** All or, when a name is refused, none. */
    private CompletableFuture<Reply.Now> change(List<TopicWish> wishes) {
        wishes.forEach(wish -> wish.check(topics));
        List<CompletableFuture<Topic>> puts = new ArrayList<>(wishes.size());
        for (TopicWish wish : wishes) {
            puts.add(topics.put(wish.topic(), wish.attributes()));
        }
        return all(puts)
                .thenCompose(done -> announcer.announce(
                        puts.stream().map(CompletableFuture::resultNow).toList()))
                .thenApply(done -> Reply.Now.ok());
    }

    /** Deleting what is not there is done already: a tool that asks again after a lost answer shall not fail. */
    private Reply delete(RemotingCommand request, Connection from, Executor pool) {
        String name = request.ext().required("topic");
        if (name.isBlank()) {
            throw new RequestException(ResponseCode.INVALID_PARAMETER, "the topic name is empty");
        }
        List<String> names = new ArrayList<>(popRetryTopicsOf(name));
        names.add(name);
        List<CompletableFuture<@Nullable Topic>> gone = new ArrayList<>();
        for (String each : names) {
            gone.add(topics.delete(each));
        }
        CompletableFuture<Reply.Now> answer = all(gone)
                .thenApplyAsync(
                        done -> {
                            names.forEach(this::forget);
                            return Reply.Now.ok();
                        },
                        pool);
        return LaterReply.to(request, from, answer);
    }

    /** Where groups keep popped messages of the topic that failed, in both spellings. */
    private List<String> popRetryTopicsOf(String topic) {
        List<String> found = new ArrayList<>();
        for (String group : rooms.groups().offsets().groupsOf(topic)) {
            for (String separator : List.of("_", "+")) {
                String retry = TopicName.RETRY_PREFIX + group + separator + topic;
                if (topics.find(retry) != null) {
                    found.add(retry);
                }
            }
        }
        return found;
    }

    /** On the pool: deletes files. */
    private void forget(String topic) {
        rooms.groups().offsets().removeTopic(topic);
        rooms.groups().deliveries().removeTopic(topic);
        rooms.stored().queues().deleteTopic(topic, rooms.stored().log().writer()::retire);
    }

    private static CompletableFuture<?> all(List<? extends CompletableFuture<?>> changes) {
        return CompletableFuture.allOf(changes.toArray(CompletableFuture<?>[]::new));
    }
}
