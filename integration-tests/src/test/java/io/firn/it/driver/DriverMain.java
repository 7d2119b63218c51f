package io.firn.it.driver;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.rocketmq.client.exception.MQBrokerException;

/**
 * Runs a stock client by order of a test: {@code DriverMain nameServer}. Each line on standard input is a command, answered
 * by rows and then one {@code ok} or {@code error} line; consumers and loads print events in between. Ends with the
 * input.
 */
public final class DriverMain {

    /** How long a client waits for an answer: a busy test machine is no failure. */
    static final int PATIENCE_MS = 20_000;

    private final Sends sends;
    private final Loads loads;
    private final Subscriptions subscriptions;
    private final Pulls pulls;
    private final Tables tables;
    private final Transactions transactions;
    private final Timed timed;
    private final Requests requests;

    private DriverMain(String nameServer, Answers answers) {
        Acknowledged acknowledged = new Acknowledged();
        this.sends = new Sends(nameServer, answers, acknowledged);
        this.loads = new Loads(sends, answers);
        this.subscriptions = new Subscriptions(nameServer, answers);
        this.pulls = new Pulls(nameServer, answers, acknowledged);
        this.tables = new Tables(nameServer, answers);
        this.transactions = new Transactions(nameServer, answers);
        this.timed = new Timed(sends, answers);
        this.requests = new Requests(nameServer, sends, answers);
    }

    public static void main(String[] args) throws Exception {
        Answers answers = new Answers(System.out);
        System.setOut(new PrintStream(System.err, true, StandardCharsets.UTF_8));
        DriverMain driver = new DriverMain(args[0], answers);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String text = in.readLine(); text != null; text = in.readLine()) {
            Line command = Line.parse(text);
            answers.answering(command.get(Line.NUMBER));
            answers.print(driver.answer(command));
        }
        System.exit(0);
    }

    private Line answer(Line command) {
        try {
            return perform(command);
        } catch (MQBrokerException e) {
            return Line.of(
                    "error",
                    "type",
                    "MQBrokerException",
                    "code",
                    e.getResponseCode(),
                    "message",
                    String.valueOf(e.getErrorMessage()));
        } catch (Exception e) {
            e.printStackTrace();
            String cause = e.getCause() == null ? "" : ": " + e.getCause();
            return Line.of("error", "type", e.getClass().getSimpleName(), "message", e + cause);
        }
    }

    private Line perform(Line command) throws Exception {
        switch (command.kind()) {
            case "producer" -> sends.open(command);
            case "send" -> sends.send(command);
            case "txproducer" -> transactions.open(command);
            case "txsend" -> transactions.send(command);
            case "timedsend" -> timed.send(command);
            case "recall" -> {
                return timed.recall(command);
            }
            case "request" -> requests.request(command);
            case "replier" -> requests.open(command);
            case "reply" -> requests.reply(command);
            case "load" -> loads.start(command);
            case "unload" -> {
                return Line.of("ok", "ids", loads.stop());
            }
            case "push" -> subscriptions.push(command);
            case "litepull" -> subscriptions.litePull(command);
            case "seek" -> subscriptions.seek(command);
            case "queues" -> pulls.queues(command);
            case "search" -> {
                return pulls.search(command);
            }
            case "pull" -> {
                return pulls.pull(command);
            }
            case "drain" -> pulls.drain(command);
            case "table" -> {
                return tables.open(command);
            }
            case "entries" -> tables.entries(command);
            case "forget" -> pulls.closeAll();
            case "close" -> {
                String name = command.get("name");
                if (!subscriptions.close(name)
                        && !sends.close(name)
                        && !tables.close(name)
                        && !transactions.close(name)
                        && !requests.close(name)) {
                    throw new IllegalArgumentException("nothing open called " + command.get("name"));
                }
            }
            default -> throw new IllegalArgumentException("no such command: " + command.kind());
        }
        return Line.of("ok");
    }
}
