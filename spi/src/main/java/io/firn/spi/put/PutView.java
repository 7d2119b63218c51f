package io.firn.spi.put;

import io.firn.spi.contract.ProvidedByBroker;
import io.firn.spi.message.PropertyName;
import io.firn.spi.message.PropertyView;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One message on its way into the log, to look at. A flyweight that the broker uses again: it belongs to the calling
 * thread and is valid only until the hook returns; afterwards it shows another message, or throws
 * {@link IllegalStateException} in debug mode. Nothing here blocks or allocates, unless it says so.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface PutView {

    /**
     * The topic it will be stored in, at once or when its time has come.
     *
     * @since 1.0
     */
    String topic();

    /**
     * The queue it will be stored in, at once or when its time has come.
     *
     * @since 1.0
     */
    int queueId();

    /**
     * Where it comes from.
     *
     * @since 1.0
     */
    PutOrigin origin();

    /**
     * Who sends it; null when the broker itself stores it ({@link PutOrigin#TRANSACTION_COMMIT} and later ones).
     *
     * @since 1.0
     */
    @Nullable
    ClientView client();

    /**
     * Bytes of the body.
     *
     * @since 1.0
     */
    int bodyLength();

    /**
     * The body, read-only, no copy; the same buffer each time, reset to the whole body.
     *
     * @since 1.0
     */
    ByteBuffer body();

    /**
     * The flag its sender set.
     *
     * @since 1.0
     */
    int flag();

    /**
     * The system flag, bits as in {@link io.firn.spi.message.FrameView}.
     *
     * @since 1.0
     */
    int sysFlag();

    /**
     * When its sender made it, ms since 1970 by the sender's clock.
     *
     * @since 1.0
     */
    long bornTimestampMs();

    /**
     * Whether the property is there.
     *
     * @since 1.0
     */
    boolean hasProperty(PropertyName name);

    /**
     * A property's value where it stands; null when there is none of that name. Valid until the next call on this message.
     *
     * @since 1.0
     */
    @Nullable
    PropertyView property(PropertyName name);

    /**
     * How many messages were sent together with this one, itself included; 1 when alone. The hook is called for each of
     * them in turn; refusing one refuses all.
     *
     * @since 1.0
     */
    int batchSize();

    /**
     * Which of them this is, from 0.
     *
     * @since 1.0
     */
    int batchIndex();
}
