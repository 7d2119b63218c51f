package io.firn.testkit.old;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One line of {@code spi/api/<version>/signatures.txt}, with types as class files have them: without generics. Type
 * variables are not recorded with their bounds; the SPI has three.
 *
 * @param owner the type
 * @param member its name, {@code new} for constructors; empty for the line of the type itself
 * @param type of a method or constructor; null for fields
 * @param fieldType of a field; null for others
 * @param thrown checked exceptions
 * @param how words that say what may be done with it
 */
record Signature(
        String owner,
        String member,
        MethodTypeDesc type,
        ClassDesc fieldType,
        List<ClassDesc> thrown,
        List<String> how) {

    private static final Map<String, ClassDesc> VARIABLES = Map.of(
            "A", ClassDesc.of("java.lang.Record"),
            "C", ClassDesc.of("java.lang.Record"),
            "T", ConstantDescs.CD_Object);
    private static final Map<String, ClassDesc> PRIMITIVES = Map.of(
            "void", ConstantDescs.CD_void,
            "boolean", ConstantDescs.CD_boolean,
            "byte", ConstantDescs.CD_byte,
            "char", ConstantDescs.CD_char,
            "short", ConstantDescs.CD_short,
            "int", ConstantDescs.CD_int,
            "long", ConstantDescs.CD_long,
            "float", ConstantDescs.CD_float,
            "double", ConstantDescs.CD_double);

    static Signature parse(String line) {
        int bar = line.lastIndexOf(" | ");
        String what = line.substring(0, bar);
        List<String> how = List.of(line.substring(bar + 3).split(" ", -1));
        int hash = what.indexOf('#');
        if (hash < 0) {
            return new Signature(what, "", null, null, List.of(), how);
        }
        String owner = what.substring(0, hash);
        String rest = erased(what.substring(hash + 1));
        int open = rest.indexOf('(');
        if (open < 0) {
            int space = rest.indexOf(' ');
            return new Signature(owner, rest.substring(0, space), null, of(rest.substring(space + 1)), List.of(), how);
        }
        int close = rest.indexOf(')');
        List<ClassDesc> parameters = all(rest.substring(open + 1, close));
        String result = rest.substring(close + 1).trim();
        String[] parts = result.split(" ?throws ", -1);
        ClassDesc returned = parts[0].isEmpty() ? ConstantDescs.CD_void : of(parts[0]);
        List<ClassDesc> thrown = parts.length > 1 ? all(parts[1]) : List.of();
        return new Signature(
                owner, rest.substring(0, open), MethodTypeDesc.of(returned, parameters), null, thrown, how);
    }

    /** Without everything in angle brackets. */
    private static String erased(String text) {
        StringBuilder out = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            depth += c == '<' ? 1 : 0;
            if (depth == 0) {
                out.append(c);
            }
            depth -= c == '>' ? 1 : 0;
        }
        return out.toString();
    }

    private static List<ClassDesc> all(String list) {
        return list.isEmpty()
                ? new ArrayList<>()
                : Arrays.stream(list.split(",", -1)).map(Signature::of).toList();
    }

    static ClassDesc of(String type) {
        String name = type.trim().replaceAll("\\?$", "");
        if (name.endsWith("[]")) {
            return of(name.substring(0, name.length() - 2)).arrayType();
        }
        ClassDesc known = PRIMITIVES.get(name);
        return known != null ? known : VARIABLES.getOrDefault(name, name.length() < 2 ? null : ClassDesc.of(name));
    }

    boolean is(String word) {
        return how.contains(word);
    }
}
