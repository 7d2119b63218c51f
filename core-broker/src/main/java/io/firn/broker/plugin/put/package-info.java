/**
 * Floor 4, plugin room: put hooks on the send path. {@code PutHookTable} keeps one flat chain per topic and implements
 * the port of {@code produce}; chains run on the io thread that stores the message and are replaced, never changed, when
 * hooks or topics change. Uses {@code plugin.guard} and topics below it.
 */
@NullMarked
package io.firn.broker.plugin.put;

import org.jspecify.annotations.NullMarked;
