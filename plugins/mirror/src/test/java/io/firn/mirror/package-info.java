/** Tests of the plugin: its parts, the contracts of the SPI, and mirroring between brokers in this process. */
@NullMarked
package io.firn.mirror;

import org.jspecify.annotations.NullMarked;
