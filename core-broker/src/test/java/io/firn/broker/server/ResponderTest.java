package io.firn.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.runtime.StorageException;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.ResponseCode;
import org.junit.jupiter.api.Test;

/** An answer that is computed later is given once, whatever becomes of its computation. */
final class ResponderTest {

    private final RecordingConnection connection = new RecordingConnection();
    private final RemotingCommand request = RemotingCommand.decode(RawClient.request(11, 1));

    @Test
    void answersWithWhatIsComputed() {
        connection.responder(request).replyWith(() -> Reply.Now.of(ResponseCode.PULL_NOT_FOUND, "nothing"));

        assertThat(connection.replies())
                .singleElement()
                .extracting(Reply.Now::remark)
                .isEqualTo("nothing");
        assertThat(connection.pendingReplies()).isZero();
    }

    @Test
    void answersWithTheFailureOfTheComputation() {
        connection.responder(request).replyWith(() -> {
            throw new StorageException("the queue's file is gone");
        });

        assertThat(connection.replies()).singleElement().satisfies(answer -> {
            assertThat(answer.code()).isEqualTo(ResponseCode.SYSTEM_ERROR);
            assertThat(answer.remark()).isEqualTo("the queue's file is gone");
        });
        assertThat(connection.pendingReplies()).isZero();
    }

    @Test
    void answersWithTheFailureOfAHandlerThatIsAskedAgain() {
        connection
                .responder(request)
                .handleAgain(
                        (again, from) -> {
                            throw new StorageException("still not there");
                        },
                        request);

        assertThat(connection.replies())
                .singleElement()
                .extracting(Reply.Now::remark)
                .isEqualTo("still not there");
        assertThat(connection.pendingReplies()).isZero();
    }
}
