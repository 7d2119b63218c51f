/**
 * Floor 3: consumer and producer groups. Their settings, who is connected, what they subscribe, how far they have read
 * and which client holds which queue. Clients are owned by {@code firn-control}; settings and offset files are written
 * on {@code firn-housekeeper}; look-ups, offset commits and queue locks run on the caller's thread. Uses
 * {@code topic}, {@code server}, {@code wire}, {@code record} and {@code runtime}.
 */
@NullMarked
package io.firn.broker.group;

import org.jspecify.annotations.NullMarked;
