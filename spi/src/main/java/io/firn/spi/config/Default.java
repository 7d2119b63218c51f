package io.firn.spi.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a key has that is not set, as text. A key without a default has to be set, unless its component is
 * {@code @Nullable}.
 *
 * @since 1.0
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {

    /**
     * The text, read like one from the file.
     *
     * @since 1.0
     */
    String value();
}
