/**
 * Floor 4: what operators see and change. Request codes of RocketMQ's admin tools for topics, groups, offsets and the
 * broker itself, each subject in one handler, served on the pool {@code firn-admin-n}; and an HTTP server with health
 * and metrics on {@code firn-admin-http-n}. Uses the floors below it; what other rooms of floor 4 have to do or tell
 * goes through the small interfaces of {@link io.firn.broker.admin.AdminPorts}.
 */
@NullMarked
package io.firn.broker.admin;

import org.jspecify.annotations.NullMarked;
