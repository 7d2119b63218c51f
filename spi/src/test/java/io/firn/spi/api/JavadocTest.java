package io.firn.spi.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

final class JavadocTest {

    private static final Path SOURCES = Path.of("src", "main", "java");

    @Test
    void saysOfEachPublicTypeAndMethodSinceWhenItIs() throws IOException {
        Members members = scan();
        assertThat(members.count).as("public members seen").isGreaterThan(300);
        assertThat(members.bare)
                .as("public members without Javadoc, or without @since")
                .isEmpty();
    }

    private static Members scan() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (Stream<Path> files = Files.walk(SOURCES);
                StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<Path> sources =
                    files.filter(f -> f.toString().endsWith(".java")).toList();
            JavacTask task = (JavacTask)
                    compiler.getTask(null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(sources));
            Members members = new Members(DocTrees.instance(task));
            for (CompilationUnitTree unit : task.parse()) {
                members.scan(unit, null);
            }
            return members;
        }
    }

    /** Collects what is public: types, methods, constructors, constants. */
    private static final class Members extends TreePathScanner<Void, Void> {

        private final DocTrees docs;
        private final List<String> bare = new ArrayList<>();
        private int count;

        Members(DocTrees docs) {
            this.docs = docs;
        }

        @Override
        public Void visitClass(ClassTree type, Void none) {
            if (!isPublic(type.getModifiers())) {
                return null;
            }
            check(type.getSimpleName().toString(), true);
            return super.visitClass(type, null);
        }

        @Override
        public Void visitMethod(MethodTree method, Void none) {
            boolean inherited = method.getModifiers().getAnnotations().stream()
                    .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
            // close() narrows what AutoCloseable says, so it is documented; toString and the like need not be
            if (isPublic(method.getModifiers())
                    && (!inherited || method.getName().contentEquals("close"))) {
                check(method.getName().toString(), true);
            }
            return null;
        }

        @Override
        public Void visitVariable(VariableTree field, Void none) {
            if (isPublic(field.getModifiers())) {
                check(field.getName().toString(), false);
            }
            return null;
        }

        private void check(String name, boolean needsSince) {
            count++;
            String doc = docs.getDocComment(getCurrentPath());
            if (doc == null || (needsSince && !doc.contains("@since"))) {
                bare.add(getCurrentPath().getCompilationUnit().getSourceFile().getName() + ": " + name);
            }
        }

        /** Members of interfaces are public without saying so. */
        private boolean isPublic(ModifiersTree modifiers) {
            Tree parent = getCurrentPath().getParentPath().getLeaf();
            boolean inInterface =
                    parent.getKind() == Tree.Kind.INTERFACE || parent.getKind() == Tree.Kind.ANNOTATION_TYPE;
            return inInterface || modifiers.getFlags().contains(Modifier.PUBLIC);
        }
    }
}
