/**
 * Bad input, from the command line, the disk and the network: each ends in one clear line and an exit code, in a protocol
 * error, or in a closed connection, and the broker goes on serving stock clients.
 */
@NullMarked
package io.firn.it.abuse;

import org.jspecify.annotations.NullMarked;
