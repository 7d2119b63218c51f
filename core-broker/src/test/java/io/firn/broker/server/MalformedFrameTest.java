package io.firn.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedFrameTest {

    private static final int ECHO = 10;

    private final RequestRouter router = RequestRouter.builder()
            .route(ECHO, (request, from) -> Reply.Now.ok(request.bodyBytes()))
            .build();

    static Stream<Arguments> garbage() {
        return Stream.of(
                Arguments.of("malformed_frame_too_long", "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
                Arguments.of("malformed_frame_too_long", new byte[] {0x7F, -1, -1, -1}),
                Arguments.of("malformed_frame_too_short", new byte[] {-1, -1, -1, -1}),
                Arguments.of("malformed_frame_too_short", new byte[8]),
                Arguments.of("malformed_header_length", new byte[] {0, 0, 0, 4, 0, 0, 0, 9}),
                Arguments.of("malformed_serialize_type", new byte[] {0, 0, 0, 4, 9, 0, 0, 0}),
                Arguments.of("malformed_header_syntax", new byte[] {0, 0, 0, 6, 0, 0, 0, 2, '{', '{'}));
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void closesTheConnectionCountsTheReasonAndServesTheOthers(String cause, byte[] bytes) {
        try (ServerFixture fixture = ServerFixture.open(router);
                RawClient other = RawClient.connect(fixture.port());
                RawClient client = RawClient.connect(fixture.port())) {
            assertThat(other.ask(RawClient.request(ECHO, 1)).opaque()).isEqualTo(1);
            assertThat(client.ask(RawClient.request(ECHO, 2)).opaque()).isEqualTo(2);
            client.send(bytes).awaitEnd();
            await().until(() -> fixture.connections().size() == 1);
            assertThat(fixture.closes(cause)).isEqualTo(1);
            assertThat(other.ask(RawClient.request(ECHO, 3)).opaque()).isEqualTo(3);
        }
    }

    @Test
    void answersTheRequestsBeforeTheBrokenFrame() {
        try (ServerFixture fixture = ServerFixture.open(router);
                RawClient client = RawClient.connect(fixture.port())) {
            byte[] request = RawClient.request(ECHO, 5, (byte) 9);
            byte[] both = Arrays.copyOf(request, request.length + 8);
            client.send(both);
            assertThat(client.receive().opaque()).isEqualTo(5);
            client.awaitEnd();
        }
    }

    @Test
    void givesBackWhatAHalfSentFrameHeld() {
        try (ServerFixture fixture = ServerFixture.open(router)) {
            byte[] request = RawClient.request(ECHO, 1, new byte[200_000]);
            for (int i = 0; i < 10; i++) {
                try (RawClient client = RawClient.connect(fixture.port())) {
                    client.send(request, 0, request.length - 1);
                    await().until(() -> fixture.io().metrics().receivedBytes() % (request.length - 1) == 0
                            && fixture.io().metrics().receivedBytes() > 0);
                }
                await().until(() -> fixture.connections().isEmpty());
            }
            assertThat(fixture.closes("peer")).isEqualTo(10);
        }
    }
}
