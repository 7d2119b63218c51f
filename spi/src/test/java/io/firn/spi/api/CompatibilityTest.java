package io.firn.spi.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class CompatibilityTest {

    private static final String HOOK = "p.Hook | interface plugin";
    private static final String VIEW = "p.View | interface broker";
    private static final String CALL = "#call(int) void | ";

    @Test
    void acceptsTheSame() {
        assertThat(breaks(List.of(HOOK, "p.Hook" + CALL + "abstract"), List.of(HOOK, "p.Hook" + CALL + "abstract")))
                .isEmpty();
    }

    @Test
    void refusesAnAbstractMethodThatPluginsDoNotHave() {
        assertThat(breaks(List.of(HOOK), List.of(HOOK, "p.Hook" + CALL + "abstract")))
                .containsExactly(
                        "p.Hook#call(int) void: plugins implement this interface, a new method has to be default");
    }

    @Test
    void acceptsADefaultMethodThatPluginsDoNotHave() {
        assertThat(breaks(List.of(HOOK), List.of(HOOK, "p.Hook" + CALL + "default")))
                .isEmpty();
    }

    @Test
    void acceptsAnAbstractMethodThatTheBrokerHas() {
        assertThat(breaks(List.of(VIEW), List.of(VIEW, "p.View" + CALL + "abstract")))
                .isEmpty();
    }

    @Test
    void refusesThatADefaultMethodOfPluginsBecomesAbstract() {
        assertThat(breaks(List.of(HOOK, "p.Hook" + CALL + "default"), List.of(HOOK, "p.Hook" + CALL + "abstract")))
                .hasSize(1);
        assertThat(breaks(List.of(HOOK, "p.Hook" + CALL + "abstract"), List.of(HOOK, "p.Hook" + CALL + "default")))
                .isEmpty();
    }

    @Test
    void refusesWhatIsGone() {
        assertThat(breaks(List.of(VIEW, "p.View" + CALL + "abstract"), List.of(VIEW)))
                .containsExactly("p.View#call(int) void: is gone or has another signature");
        assertThat(breaks(List.of(VIEW), List.of())).hasSize(1);
    }

    @Test
    void refusesAnotherResult() {
        assertThat(breaks(
                        List.of(VIEW, "p.View#name() java.lang.String | abstract"),
                        List.of(VIEW, "p.View#name() java.lang.String? | abstract")))
                .hasSize(1);
    }

    @Test
    void refusesAnotherCaseOfASealedType() {
        assertThat(breaks(List.of("p.R | interface sealed(A,B)"), List.of("p.R | interface sealed(A,B,C)")))
                .hasSize(1);
    }

    @Test
    void acceptsAnotherConstantOfAnEnum() {
        assertThat(breaks(List.of("p.E | enum"), List.of("p.E | enum", "p.E#MORE p.E | static")))
                .isEmpty();
    }

    @Test
    void refusesAnotherValueOfAConstant() {
        assertThat(breaks(List.of("p.C#N int | constant 1"), List.of("p.C#N int | constant 2")))
                .hasSize(1);
    }

    @Test
    void refusesThatSomeoneElseImplementsIt() {
        assertThat(breaks(List.of(VIEW), List.of("p.View | interface plugin"))).hasSize(1);
        assertThat(breaks(List.of("p.V | class is:p.A"), List.of("p.V | class")))
                .hasSize(1);
        assertThat(breaks(List.of("p.V | class"), List.of("p.V | class is:p.A")))
                .isEmpty();
    }

    @Test
    void refusesThatAMethodBecomesStatic() {
        assertThat(breaks(List.of("p.C#m() void | concrete"), List.of("p.C#m() void | static")))
                .hasSize(1);
    }

    @Test
    void letsIncubatingTypesAndMethodsDoAsTheyLike() {
        assertThat(breaks(List.of("p.H | interface plugin incubating", "p.H" + CALL + "abstract"), List.of()))
                .isEmpty();
        assertThat(breaks(List.of(VIEW, "p.View" + CALL + "abstract incubating"), List.of(VIEW)))
                .isEmpty();
        assertThat(breaks(
                        List.of("p.H | interface plugin incubating"),
                        List.of("p.H | interface plugin incubating", "p.H" + CALL + "abstract")))
                .isEmpty();
    }

    @Test
    void refusesATextThatIsNotOne() {
        assertThatThrownBy(() -> breaks(List.of("p.Hook"), List.of())).hasMessageContaining("not a signature: p.Hook");
    }

    private static List<String> breaks(List<String> before, List<String> after) {
        return Compatibility.breaks(before, after);
    }
}
