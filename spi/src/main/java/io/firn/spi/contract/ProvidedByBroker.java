package io.firn.spi.contract;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The broker implements this type; plugins only call it. It may gain abstract methods in a minor version, so a plugin
 * that implements it breaks (the test kit has fakes for tests).
 *
 * @since 1.0
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ProvidedByBroker {}
