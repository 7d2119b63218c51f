package io.firn.testkit;

import io.firn.spi.BrokerPlugin;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Opens the brokers that tests ask for; JUnit closes them with the test. */
final class FirnExtension implements ParameterResolver {

    private static final Namespace BROKERS = Namespace.create(FirnExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == FirnBroker.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        boolean plain = parameter.isAnnotated(WithoutPlugin.class);
        List<FirnTest> wanted = annotations(context);
        if (wanted.isEmpty()) {
            throw new ParameterResolutionException("put @FirnTest on the class or the method");
        }
        ExtensionContext.Store store = context.getStore(BROKERS);
        return plain
                ? store.computeIfAbsent("plain", key -> FirnBroker.builder().open(), FirnBroker.class)
                : store.computeIfAbsent("with plugin", key -> open(wanted), FirnBroker.class);
    }

    /** The method's, then those of its class and of the classes around that. */
    private static List<FirnTest> annotations(ExtensionContext context) {
        List<Class<?>> around = context.getEnclosingTestClasses().reversed();
        Optional<FirnTest> ofMethod =
                context.getTestMethod().flatMap(m -> AnnotationSupport.findAnnotation(m, FirnTest.class));
        return Stream.of(
                        ofMethod.stream(),
                        context.getTestClass().stream()
                                .flatMap(c -> AnnotationSupport.findAnnotation(c, FirnTest.class).stream()),
                        around.stream().flatMap(c -> AnnotationSupport.findAnnotation(c, FirnTest.class).stream()))
                .flatMap(Function.identity())
                .toList();
    }

    private static FirnBroker open(List<FirnTest> wanted) {
        BrokerBuilder builder = FirnBroker.builder();
        for (Class<? extends BrokerPlugin> plugin : first(wanted, FirnTest::plugin)) {
            builder.plugin(plugin);
        }
        builder.config(first(wanted, FirnTest::config))
                .broker(first(wanted, FirnTest::broker))
                .manifest(first(wanted, FirnTest::manifest));
        wanted.stream()
                .map(FirnTest::store)
                .filter(type -> type != StoreFixture.Empty.class)
                .findFirst()
                .ifPresent(type -> builder.store(fixture(type)));
        return builder.open();
    }

    private static <T> T[] first(List<FirnTest> wanted, Function<FirnTest, T[]> part) {
        T[] none = part.apply(wanted.getLast());
        return wanted.stream()
                .map(part)
                .filter(values -> values.length > 0)
                .findFirst()
                .orElse(Arrays.copyOf(none, 0));
    }

    private static StoreFixture fixture(Class<? extends StoreFixture> type) {
        try {
            var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new ParameterResolutionException(type + " needs a constructor without parameters", e);
        }
    }
}
