// Keeps the sources of the type that was asked for, at their usual places. A .gitignore is written here because the tools
// that make an archetype's jar leave files of that name out.
import java.nio.file.Files
import java.nio.file.Path

Path root = Path.of(request.outputDirectory, request.artifactId)
Path types = root.resolve('types')
Path chosen = types.resolve(request.properties.getProperty('type'))

Files.createDirectories(root.resolve('src/main'))
Files.createDirectories(root.resolve('src/test'))
Files.move(chosen.resolve('main'), root.resolve('src/main/java'))
Files.move(chosen.resolve('test'), root.resolve('src/test/java'))
Files.move(chosen.resolve('README.md'), root.resolve('README.md'))
types.toFile().deleteDir()
Files.writeString(root.resolve('.gitignore'), 'target/\n')
