package io.firn.spi.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The key of a component of a configuration record, as it stands in {@code conf/plugins/<id>.properties}. Every component
 * has one. Types: {@code String}, {@code int}, {@code long}, {@code double}, {@code boolean}, enums (by name, any case),
 * {@code Duration} ({@code 500ms}, {@code 3s}, {@code 5m}, {@code 2h}, {@code 7d}), {@code ByteSize} ({@code 64MiB}),
 * {@code Path}, {@code URI}, and {@code List<String>} (separated by commas).
 *
 * @since 1.0
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {

    /**
     * The key: lower-case words joined by dots or dashes.
     *
     * @since 1.0
     */
    String value();

    /**
     * One sentence for the reference page.
     *
     * @since 1.0
     */
    String doc() default "";
}
