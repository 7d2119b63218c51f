package io.firn.spi.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.firn.spi.contract.ImplementedByPlugin;
import io.firn.spi.contract.ProvidedByBroker;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

final class ApiRulesTest {

    private static final Pattern BANNED =
            Pattern.compile(".*(Manager|Service|Util|Utils|Helper|Impl|Info|Data|Common|Base)");

    private static final JavaClasses SPI = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.firn.spi");

    @Test
    void dependsOnNothingButTheJdkAndSlf4j() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "org.slf4j..", "org.jspecify.annotations..", "io.firn.spi..")
                .check(SPI);
    }

    @Test
    void hasNoCycleBetweenPackages() {
        slices().matching("io.firn.spi.(*)").should().beFreeOfCycles().check(SPI);
        classes()
                .that()
                .resideInAPackage("io.firn.spi.*")
                .should()
                .onlyDependOnClassesThat()
                .resideOutsideOfPackage("io.firn.spi")
                .check(SPI);
    }

    @Test
    void saysOfEachInterfaceWhoImplementsIt() {
        List<JavaClass> interfaces =
                SPI.stream().filter(ApiRulesTest::isOpenInterface).toList();
        assertThat(interfaces)
                .isNotEmpty()
                .allSatisfy(type -> assertThat(type.isAnnotatedWith(ProvidedByBroker.class)
                                ^ type.isAnnotatedWith(ImplementedByPlugin.class))
                        .as("exactly one of @ProvidedByBroker and @ImplementedByPlugin on %s", type.getName())
                        .isTrue());
    }

    @Test
    void saysOfNothingElseWhoImplementsIt() {
        assertThat(SPI.stream()
                        .filter(type -> !isOpenInterface(type))
                        .filter(type -> type.isAnnotatedWith(ProvidedByBroker.class)
                                || type.isAnnotatedWith(ImplementedByPlugin.class))
                        .map(JavaClass::getName))
                .isEmpty();
    }

    @Test
    void hasNoClassToExtend() {
        assertThat(SPI.stream()
                        .filter(type -> !type.isInterface() && !type.isEnum())
                        .filter(type -> !type.getModifiers().contains(JavaModifier.FINAL))
                        .map(JavaClass::getName))
                .isEmpty();
    }

    @Test
    void marksEachPackageForNullness() {
        assertThat(SPI.stream().map(JavaClass::getPackage).distinct())
                .allSatisfy(pack -> assertThat(pack.isAnnotatedWith(NullMarked.class))
                        .as(pack.getName())
                        .isTrue());
    }

    @Test
    void namesTypesByNounsOfTheField() {
        assertThat(SPI.stream()
                        .map(JavaClass::getSimpleName)
                        .filter(name -> BANNED.matcher(name).matches()))
                .isEmpty();
    }

    /** An interface that someone outside the SPI implements: neither an annotation nor sealed. */
    private static boolean isOpenInterface(JavaClass type) {
        return type.isInterface()
                && !type.isAnnotation()
                && !type.getSimpleName().equals("package-info")
                && !type.reflect().isSealed();
    }
}
