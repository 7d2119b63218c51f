package io.firn.broker.server;

import io.firn.broker.wire.FrameHead;
import io.firn.broker.wire.HeaderFields;

/** A request of ours that is never answered. */
final class OneWayRequest extends OutboxEntry {

    private final int requestCode;
    private final HeaderFields header;
    private final byte[] body;

    OneWayRequest(int requestCode, HeaderFields header, byte[] body) {
        this.requestCode = requestCode;
        this.header = header;
        this.body = body;
    }

    @Override
    int bodyLength() {
        return body.length;
    }

    @Override
    void write(ChannelConnection connection) {
        FrameHead head = FrameHead.oneway(requestCode, connection.calls().nextOpaque());
        connection.output().request(head, header, body);
    }

    @Override
    void discard() {
        // nobody waits for it
    }
}
