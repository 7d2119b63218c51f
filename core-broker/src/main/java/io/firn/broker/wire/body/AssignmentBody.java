package io.firn.broker.wire.body;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reply to 400.
 *
 * @param messageQueueAssignments absent: the client keeps what it has
 */
public record AssignmentBody(@Nullable List<QueueAssignment> messageQueueAssignments) {

    /**
     * One queue.
     *
     * @param messageQueue queue id −1: whichever the broker chooses
     * @param mode {@code PULL} or {@code POP}
     */
    public record QueueAssignment(MessageQueue messageQueue, String mode) {}
}
