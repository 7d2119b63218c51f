package io.firn.spi;

import java.util.Optional;

/**
 * Which plugin this is. Immutable.
 *
 * @param id from the manifest
 * @param version from the manifest
 * @param requires the range of SPI versions from the manifest
 * @param sha256 of the jar, 64 lower-case hex digits
 * @param signer the key the jar was signed with, by the name the operator gave it; empty when it was not checked
 * @since 1.0
 */
public record PluginIdentity(String id, String version, String requires, String sha256, Optional<String> signer) {}
