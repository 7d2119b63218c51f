package io.firn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a stock client sees of a disk that fills up, and has room again. */
final class FullDiskTest {

    private static final int SERVICE_NOT_AVAILABLE = 14;
    private static final int MOST = 100;

    @Test
    void producersAreRefusedConsumersServedAndAllIsWellWhenThereIsRoomAgain() throws Exception {
        try (FirnBroker broker = FirnBroker.builder().open()) {
            broker.topic("t").queues(1).create();
            broker.producer().setCompressMsgBodyOverHowmuch(Integer.MAX_VALUE);
            List<String> acknowledged = new ArrayList<>();
            FailPoint files = broker.failpoint(FailPoint.Place.DISK_CREATE, FullDiskTest::full);
            FailPoint pages = broker.failpoint(FailPoint.Place.DISK_POPULATE, FullDiskTest::full);

            int refusal = 0;
            for (int i = 0; i < MOST && refusal == 0; i++) {
                refusal = send(broker, acknowledged, "k" + i);
            }

            assertThat(refusal).isEqualTo(SERVICE_NOT_AVAILABLE);
            assertThat(send(broker, acknowledged, "while full")).isEqualTo(SERVICE_NOT_AVAILABLE);
            assertThat(broker.pull("t").keys()).containsExactlyElementsOf(acknowledged);

            files.clear();
            pages.clear();
            Awaitility.await("sends to be taken again")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> send(broker, acknowledged, "after") == 0);
            for (int i = 0; i < MOST / 4; i++) {
                assertThat(send(broker, acknowledged, "more" + i)).isZero();
            }
            assertThat(broker.pull("t").keys()).containsExactlyElementsOf(acknowledged);

            broker.restart();
            assertThat(broker.pull("t").keys()).containsExactlyElementsOf(acknowledged);
        }
    }

    private static IOException full() {
        return new IOException("No space left on device");
    }

    /** The code with which it is refused; 0 when it is not. */
    private static int send(FirnBroker broker, List<String> acknowledged, String key)
            throws RemotingException, InterruptedException {
        try {
            broker.send("t", key, "x".repeat(60_000));
            acknowledged.add(key);
            return 0;
        } catch (MQBrokerException e) {
            return e.getResponseCode();
        } catch (MQClientException e) {
            return e.getResponseCode();
        }
    }
}
