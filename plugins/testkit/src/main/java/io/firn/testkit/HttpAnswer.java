package io.firn.testkit;

/**
 * An answer of the broker's admin port.
 *
 * @param status the HTTP status
 * @param text the body as UTF-8
 */
public record HttpAnswer(int status, String text) {}
