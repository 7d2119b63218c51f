package io.firn.broker.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.runtime.Utf8Cache;

/** Reads everything of a command that a handler might, in every way it can be read. */
final class EagerHandler implements FrameListener {

    private final Utf8Cache names = new Utf8Cache(64);
    private final SendHeader send = new SendHeader();
    private final PullHeader pull = new PullHeader();
    private int delivered;

    /** Commands so far. */
    int delivered() {
        return delivered;
    }

    @Override
    public void onCommand(RemotingCommand command) {
        delivered++;
        RemotingCommand copy = command.detach();
        assertThat(copy.ext().asMap()).isEqualTo(command.ext().asMap());
        assertThat(copy.remark()).isEqualTo(command.remark());
        assertThat(copy.bodyBytes()).isEqualTo(command.bodyBytes());
        try {
            send.parse(command, names);
            assertThat(send.propertiesOffset() + send.propertiesLength()).isLessThanOrEqualTo(send.properties().length);
        } catch (RequestException e) {
            assertThat(e.getMessage()).contains("header field");
        }
        try {
            pull.parse(copy, names);
            assertThat(pull.topic()).isNotEmpty();
        } catch (RequestException e) {
            assertThat(e.getMessage()).contains("header field");
        }
    }

    @Override
    public void onReadComplete() {
        throw new IllegalStateException("nobody says so here");
    }
}
