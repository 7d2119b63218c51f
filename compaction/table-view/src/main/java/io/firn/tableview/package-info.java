/**
 * The latest value of each key of a topic, kept in the memory of an application, on the stock RocketMQ client. {@code
 * TableView} is the door; one thread of its own applies what the client reads; answers come from any thread. Uses the
 * client's public classes and nothing of the broker.
 */
@NullMarked
package io.firn.tableview;

import org.jspecify.annotations.NullMarked;
