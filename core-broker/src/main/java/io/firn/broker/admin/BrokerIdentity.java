package io.firn.broker.admin;

/**
 * Who this broker is, as tools see it.
 *
 * @param address {@code host:port} that clients connect to
 * @param version of this software, for people
 * @param bootMs milliseconds since the epoch at which it started
 */
public record BrokerIdentity(String clusterName, String brokerName, String address, String version, long bootMs) {}
