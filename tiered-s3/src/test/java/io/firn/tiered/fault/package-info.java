/**
 * An S3 server for tests that fails on command: real sockets, strong consistency, scripted faults, and a count and price
 * of every request. It checks no signatures; s3proxy and Ceph do. Threads: one that accepts, a virtual one per
 * connection. Uses {@code io.firn.tiered.store} for kinds and prices of requests only.
 */
package io.firn.tiered.fault;
