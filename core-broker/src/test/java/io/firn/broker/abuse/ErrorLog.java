package io.firn.broker.abuse;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import io.firn.broker.log.CorruptLogException;
import io.firn.broker.runtime.StorageException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/**
 * Collects what is logged as an error while it is open, with its stack: a bug, or a leaked buffer. Everything else is
 * kept off the console meanwhile, for input that is refused is told by the thousand. Any thread.
 */
final class ErrorLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private static final int KEPT = 50;
    /** What a damaged disk explains. */
    private static final Set<String> EXPECTED =
            Set.of(StorageException.class.getName(), CorruptLogException.class.getName());

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final List<Appender<ILoggingEvent>> silenced = new ArrayList<>();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();

    private final Queue<String> bugs = new ConcurrentLinkedQueue<>();

    private ErrorLog() {}

    static ErrorLog open() {
        ErrorLog log = new ErrorLog();
        Iterator<Appender<ILoggingEvent>> appenders = log.root.iteratorForAppenders();
        appenders.forEachRemaining(log.silenced::add);
        log.silenced.forEach(log.root::detachAppender);
        log.setContext(log.root.getLoggerContext());
        log.start();
        log.root.addAppender(log);
        return log;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.ERROR) && errors.size() < KEPT) {
            IThrowableProxy thrown = event.getThrowableProxy();
            if (thrown != null && !EXPECTED.contains(thrown.getClassName())) {
                bugs.add(event.getFormattedMessage() + "\n" + ThrowableProxyUtil.asString(thrown));
            }
            errors.add(event.getLoggerName() + ": " + event.getFormattedMessage() + "\n"
                    + ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
    }

    /** The errors so far. */
    List<String> errors() {
        return List.copyOf(errors);
    }

    /** The errors so far that came with another exception than those a damaged disk explains. */
    List<String> bugs() {
        return List.copyOf(bugs);
    }

    @Override
    public void close() {
        root.detachAppender(this);
        silenced.forEach(root::addAppender);
        stop();
    }
}
