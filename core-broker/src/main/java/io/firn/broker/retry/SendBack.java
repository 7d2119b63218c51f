package io.firn.broker.retry;

import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.ProtocolVersion;
import io.firn.broker.wire.RemotingCommand;

/**
 * A consumer gives a message back.
 *
 * @param position of the message in the log
 * @param group which could not consume it
 * @param delayLevel when it shall come again; 0 for later each time, negative for never
 * @param maxReconsumeTimes how often it may come; negative when the group's setting is meant
 * @param unit how the group is deployed
 */
record SendBack(long position, String group, int delayLevel, int maxReconsumeTimes, Unit unit) {

    /** Whether a group is deployed in units. */
    enum Unit {
        NONE,
        UNIT
    }

    /**
     * Reads the header.
     *
     * @throws io.firn.broker.wire.RequestException naming the field that is missing or malformed
     */
    static SendBack read(RemotingCommand request) {
        ExtFields ext = request.ext();
        boolean ownMax = request.version() >= ProtocolVersion.V3_4_9;
        return new SendBack(
                ext.requiredLong("offset"),
                ext.required("group"),
                ext.requiredInt("delayLevel"),
                ownMax ? ext.intOr("maxReconsumeTimes", -1) : -1,
                ext.booleanOr("unitMode", false) ? Unit.UNIT : Unit.NONE);
    }
}
