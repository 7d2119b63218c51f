package io.firn.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.firn.broker.RunningBroker;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.ResponseCode;

/** The log's segments, filled and deleted. */
final class Segments {

    private static final byte[] LARGE = new byte[100_000];
    private static final int TO_FILL_TWO = 24;

    private Segments() {}

    /** Messages for more than two segments, so that the first may go. */
    static void fill(PluggedBroker broker) {
        for (int i = 0; i < TO_FILL_TWO; i++) {
            assertThat(broker.broker()
                            .call(RequestCode.SEND_MESSAGE_V2, LARGE, RunningBroker.sendFields("Filler", 0, ""))
                            .join()
                            .code())
                    .isEqualTo(ResponseCode.SUCCESS);
        }
    }

    /** What is old goes, unless somebody holds it. */
    static void deleteAll(PluggedBroker broker) {
        fill(broker);
        ask(broker);
    }

    /** For one more round of deletion; one alone may come while the disk is still being written. */
    static void ask(PluggedBroker broker) {
        broker.broker().ask(RequestCode.DELETE_EXPIRED_COMMITLOG);
    }

    /** The first offset of what {@link #fill} wrote. */
    static long first(PluggedBroker broker) {
        return broker.broker()
                .ask(RequestCode.GET_MIN_OFFSET, "topic", "Filler", "queueId", "0")
                .ext()
                .requiredLong("offset");
    }
}
