package io.firn.mirror;

import org.apache.rocketmq.logging.org.slf4j.ILoggerFactory;
import org.apache.rocketmq.logging.org.slf4j.IMarkerFactory;
import org.apache.rocketmq.logging.org.slf4j.Logger;
import org.apache.rocketmq.logging.org.slf4j.Marker;
import org.apache.rocketmq.logging.org.slf4j.event.Level;
import org.apache.rocketmq.logging.org.slf4j.helpers.BasicMarkerFactory;
import org.apache.rocketmq.logging.org.slf4j.helpers.LegacyAbstractLogger;
import org.apache.rocketmq.logging.org.slf4j.helpers.NOPMDCAdapter;
import org.apache.rocketmq.logging.org.slf4j.spi.MDCAdapter;
import org.apache.rocketmq.logging.org.slf4j.spi.SLF4JServiceProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Leads the client's log lines, which go through a logging API of its own, to the broker's log: warnings and errors as they
 * are, the rest as debug. Found by its name in {@code META-INF/services}.
 */
public final class ClientLogs implements SLF4JServiceProvider {

    private static final String API_VERSION = "2.0.99";

    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter contexts = new NOPMDCAdapter();

    /** For the client's logging API. */
    public ClientLogs() {}

    @Override
    public ILoggerFactory getLoggerFactory() {
        return Lines::new;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return contexts;
    }

    @Override
    public String getRequestedApiVersion() {
        return API_VERSION;
    }

    @Override
    public void initialize() {
        // nothing to prepare: loggers are made when they are asked for
    }

    private static final class Lines extends LegacyAbstractLogger implements Logger {

        private static final long serialVersionUID = 1L;

        private final transient org.slf4j.Logger broker;

        Lines(String name) {
            this.name = name;
            this.broker = LoggerFactory.getLogger("mirror.client." + name);
        }

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String message,
                Object @Nullable [] arguments,
                @Nullable Throwable cause) {
            Object[] given = arguments == null ? new Object[0] : arguments;
            broker.atLevel(here(level)).setCause(cause).log(message, given);
        }

        private static org.slf4j.event.Level here(Level level) {
            return switch (level) {
                case ERROR -> org.slf4j.event.Level.ERROR;
                case WARN -> org.slf4j.event.Level.WARN;
                default -> org.slf4j.event.Level.DEBUG;
            };
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return broker.isDebugEnabled();
        }

        @Override
        public boolean isInfoEnabled() {
            return broker.isDebugEnabled();
        }

        @Override
        public boolean isWarnEnabled() {
            return broker.isWarnEnabled();
        }

        @Override
        public boolean isErrorEnabled() {
            return broker.isErrorEnabled();
        }
    }
}
