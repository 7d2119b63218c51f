package io.firn.testkit.old;

import java.io.IOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.AnnotationDefaultAttribute;
import java.lang.classfile.attribute.ConstantValueAttribute;
import java.lang.classfile.attribute.ExceptionsAttribute;
import java.lang.classfile.attribute.InnerClassInfo;
import java.lang.classfile.attribute.InnerClassesAttribute;
import java.lang.classfile.attribute.PermittedSubclassesAttribute;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes class files that have the signatures an earlier version of the SPI had, and no more: enough for a compiler,
 * which so makes of a plugin's source the same references as with the jar of that version.
 */
final class RecordedSpi {

    private static final String ADDED = "is:";
    private static final String SEALED = "sealed(";

    private final Map<String, Signature> types = new TreeMap<>();
    private final Map<String, List<Signature>> members = new TreeMap<>();

    private RecordedSpi() {}

    /** Class files below {@code out}. */
    static void write(Path signatures, Path out) throws IOException {
        RecordedSpi spi = new RecordedSpi();
        for (String line : Files.readAllLines(signatures)) {
            Signature one = Signature.parse(line);
            if (one.member().isEmpty()) {
                spi.types.put(one.owner(), one);
            } else {
                spi.members
                        .computeIfAbsent(one.owner(), key -> new ArrayList<>())
                        .add(one);
            }
        }
        for (Signature type : spi.types.values()) {
            Path file = out.resolve(type.owner().replace('.', '/') + ".class");
            Files.createDirectories(file.getParent());
            Files.write(file, spi.classOf(type));
        }
    }

    private byte[] classOf(Signature type) {
        return ClassFile.of().build(ClassDesc.of(type.owner()), builder -> {
            boolean isInterface = type.is("interface") || type.is("annotation");
            builder.withFlags(flags(type, isInterface));
            builder.withSuperclass(superclass(type));
            builder.withInterfaceSymbols(type.how().stream()
                    .filter(word -> word.startsWith(ADDED))
                    .map(word -> Signature.of(word.substring(ADDED.length()).replaceFirst("<.*", "")))
                    .toList());
            builder.with(InnerClassesAttribute.of(nested(type.owner())));
            if (type.is("annotation")) {
                builder.with(RuntimeVisibleAnnotationsAttribute.of(keptAtRunTime()));
            }
            List<ClassDesc> cases = cases(type);
            if (!cases.isEmpty()) {
                builder.with(PermittedSubclassesAttribute.ofSymbols(cases));
            }
            for (Signature member : members.getOrDefault(type.owner(), List.of())) {
                add(builder, member, type);
            }
        });
    }

    private static int flags(Signature type, boolean isInterface) {
        int flags = ClassFile.ACC_PUBLIC;
        // the SPI has no class that can be extended
        flags |= isInterface
                ? ClassFile.ACC_INTERFACE | ClassFile.ACC_ABSTRACT
                : ClassFile.ACC_SUPER | ClassFile.ACC_FINAL;
        flags |= type.is("annotation") ? ClassFile.ACC_ANNOTATION : 0;
        flags |= type.is("enum") ? ClassFile.ACC_ENUM : 0;
        return flags;
    }

    private static ClassDesc superclass(Signature type) {
        return type.is("record")
                ? ClassDesc.of("java.lang.Record")
                : type.is("enum") ? ConstantDescs.CD_Enum : ConstantDescs.CD_Object;
    }

    /** Of a sealed type: they are in it. */
    private static List<ClassDesc> cases(Signature type) {
        return type.how().stream()
                .filter(word -> word.startsWith(SEALED))
                .flatMap(word -> Arrays.stream(
                        word.substring(SEALED.length(), word.length() - 1).split(",", -1)))
                .map(name -> ClassDesc.of(type.owner() + "$" + name))
                .toList();
    }

    /** A type says which types it is in and which are in it. */
    private List<InnerClassInfo> nested(String owner) {
        return types.values().stream()
                .filter(type -> type.owner().contains("$"))
                .filter(type -> type.owner().startsWith(owner + "$") || owner.startsWith(type.owner()))
                .map(type -> {
                    int at = type.owner().lastIndexOf('$');
                    int flags = flags(type, type.is("interface") || type.is("annotation")) & ~ClassFile.ACC_SUPER;
                    return InnerClassInfo.of(
                            ClassDesc.of(type.owner()),
                            Optional.of(ClassDesc.of(type.owner().substring(0, at))),
                            Optional.of(type.owner().substring(at + 1)),
                            flags | ClassFile.ACC_STATIC);
                })
                .toList();
    }

    private static Annotation keptAtRunTime() {
        return Annotation.of(
                ClassDesc.of("java.lang.annotation.Retention"),
                AnnotationElement.of(
                        "value",
                        AnnotationValue.ofEnum(ClassDesc.of("java.lang.annotation.RetentionPolicy"), "RUNTIME")));
    }

    private static void add(ClassBuilder builder, Signature member, Signature owner) {
        if (member.type() == null) {
            int flags = ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC | ClassFile.ACC_FINAL;
            boolean ofEnum = owner.is("enum") && member.fieldType().equals(ClassDesc.of(owner.owner()));
            int all = ofEnum ? flags | ClassFile.ACC_ENUM : flags;
            builder.withField(member.member(), member.fieldType(), field -> {
                field.withFlags(all);
                // compilers copy it into the plugin
                if (member.is("constant") && member.fieldType().equals(ConstantDescs.CD_int)) {
                    field.with(ConstantValueAttribute.of(
                            Integer.parseInt(member.how().getLast())));
                }
            });
            return;
        }
        boolean isAbstract = member.is("abstract");
        boolean ofAnnotation = member.is("default") && owner.is("annotation");
        int flags = ClassFile.ACC_PUBLIC;
        flags |= member.is("static") ? ClassFile.ACC_STATIC : 0;
        flags |= isAbstract || ofAnnotation ? ClassFile.ACC_ABSTRACT : 0;
        flags |= endsWithArray(member.type()) ? ClassFile.ACC_VARARGS : 0;
        String name = member.is("new") ? ConstantDescs.INIT_NAME : member.member();
        int all = flags;
        builder.withMethod(name, member.type(), all, method -> {
            if (!member.thrown().isEmpty()) {
                method.with(ExceptionsAttribute.ofSymbols(member.thrown()));
            }
            if (ofAnnotation) {
                method.with(AnnotationDefaultAttribute.of(nothing(member.type().returnType())));
            } else if (!isAbstract) {
                method.withCode(code -> code.aconst_null().athrow());
            }
        });
    }

    private static AnnotationValue nothing(ClassDesc type) {
        return type.equals(ConstantDescs.CD_long)
                ? AnnotationValue.ofLong(0)
                : type.equals(ConstantDescs.CD_String)
                        ? AnnotationValue.ofString("")
                        : AnnotationValue.ofBoolean(false);
    }

    private static boolean endsWithArray(MethodTypeDesc type) {
        return type.parameterCount() > 0
                && type.parameterType(type.parameterCount() - 1).isArray();
    }
}
