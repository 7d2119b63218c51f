package io.firn.spi.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The values a number, duration (in ms) or size (in bytes) may have, both ends included.
 *
 * @since 1.0
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Range {

    /**
     * The smallest.
     *
     * @since 1.0
     */
    long min() default 0;

    /**
     * The largest.
     *
     * @since 1.0
     */
    long max() default Long.MAX_VALUE;
}
