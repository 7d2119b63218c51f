/**
 * Objects of other plugins, in the same store as the archive and out of its sight. Called on the plugin's threads that the
 * broker keeps for it, which it blocks. Uses {@code store}.
 */
@NullMarked
package io.firn.tiered.objects;

import org.jspecify.annotations.NullMarked;
