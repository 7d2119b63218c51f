package io.firn.it.driver;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.rocketmq.remoting.RPCHook;

/**
 * Runs RocketMQ's command line tool by order of a test, many commands in one process: {@code AdminMain}. Each line on
 * standard input is a command {@code mqadmin args=word NEWLINE word …}, answered by one {@code ok} line with all that the
 * tool said on both of its streams. Ends with the input. Needs the tool's class path.
 */
public final class AdminMain {

    // the tool's logging library tells about its own start on standard output
    private static final Pattern LOGGING = Pattern.compile("(?m)^[\\d:,]{12} \\|-.*\\R?");

    private AdminMain() {}

    public static void main(String[] args) throws Exception {
        PrintStream err = System.err;
        Answers answers = new Answers(System.out);
        // what loading the tool's classes prints is no answer
        System.setOut(err);
        Class<?> startup = Class.forName("org.apache.rocketmq.tools.command.MQAdminStartup");
        Method tool = startup.getMethod("main0", String[].class, RPCHook.class);
        Field commands = startup.getDeclaredField("SUB_COMMANDS");
        commands.setAccessible(true);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String text = in.readLine(); text != null; text = in.readLine()) {
            Line command = Line.parse(text);
            answers.answering(command.get(Line.NUMBER));
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
                System.setOut(out);
                System.setErr(out);
                // some keep a client that can not be started again; the tool fills the list anew
                ((List<?>) commands.get(null)).clear();
                tool.invoke(null, command.get("args").split("\n", -1), null);
            } finally {
                System.setOut(err);
                System.setErr(err);
            }
            String plain =
                    LOGGING.matcher(said.toString(StandardCharsets.UTF_8)).replaceAll("");
            answers.print(Line.of("ok", "said", plain));
        }
        System.exit(0);
    }
}
