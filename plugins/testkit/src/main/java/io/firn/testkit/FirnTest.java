package io.firn.testkit;

import io.firn.spi.BrokerPlugin;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the parameters of type {@link FirnBroker} of tests and {@code @BeforeEach} methods a broker of their own, open
 * before and closed after each test; one that a static {@code @BeforeAll} method asks for serves the whole class. On a
 * method it outweighs, part by part, what stands on the class.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(FirnExtension.class)
public @interface FirnTest {

    /**
     * The plugin under test, packed from where the class was compiled to and loaded as an operator's jar is; several
     * when they depend on each other.
     */
    Class<? extends BrokerPlugin>[] plugin() default {};

    /** Settings of the first plugin, {@code key=value} each, as in {@code conf/plugins/<id>.properties}. */
    String[] config() default {};

    /** Settings of the broker, {@code key=value} each, as in {@code broker.conf}. */
    String[] broker() default {};

    /** Manifest entries of the first plugin that are not as its pom says, {@code Firn-Storage-Bound: true}. */
    String[] manifest() default {};

    /** Writes the messages that are in the store before the broker starts. */
    Class<? extends StoreFixture> store() default StoreFixture.Empty.class;
}
