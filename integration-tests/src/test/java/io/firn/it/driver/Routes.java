package io.firn.it.driver;

import java.util.Collection;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.remoting.exception.RemotingException;

/** The client gives a route six seconds, whatever it is told; on a busy machine the first call may need more. */
final class Routes {

    private static final int ATTEMPTS = 3;

    private Routes() {}

    interface Fetch {
        Collection<MessageQueue> run() throws MQClientException;
    }

    static Collection<MessageQueue> patiently(Fetch fetch) throws MQClientException {
        for (int attempt = 1; ; attempt++) {
            try {
                return fetch.run();
            } catch (MQClientException e) {
                if (attempt == ATTEMPTS || !(e.getCause() instanceof RemotingException)) {
                    throw e;
                }
            }
        }
    }
}
