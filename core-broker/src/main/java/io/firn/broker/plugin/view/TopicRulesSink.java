package io.firn.broker.plugin.view;

import io.firn.broker.plugin.context.Faults;
import io.firn.broker.plugin.context.PluginRef;
import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.context.RegistrationSink;
import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.topic.AddedRules;
import io.firn.spi.contract.Deadline;
import io.firn.spi.topic.TopicAttributeSpec;
import io.firn.spi.topic.TopicCheck;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the attributes and checks of plugins rules for topics. Any thread, one at a time. */
public final class TopicRulesSink implements RegistrationSink {

    private static final Logger LOG = LoggerFactory.getLogger(TopicRulesSink.class);

    private final AddedRules rules;
    private final Topics topics;
    private final IdentityHashMap<Registered, Runnable> undo = new IdentityHashMap<>();

    public TopicRulesSink(AddedRules rules, Topics topics) {
        this.rules = rules;
        this.topics = topics;
    }

    @Override
    public synchronized void add(List<Registered> all) {
        try {
            for (Registered one : all) {
                if (one instanceof Registered.Attribute attribute) {
                    add(attribute);
                } else if (one instanceof Registered.Check check) {
                    add(check);
                }
            }
        } catch (IllegalArgumentException e) {
            all.forEach(this::end);
            throw new PluginException(String.valueOf(e.getMessage()), e);
        }
    }

    private void add(Registered.Attribute registered) {
        TopicAttributeSpec<?> spec = registered.spec();
        AddedRules.Attribute attribute = new AddedRules.Attribute(
                spec.name(),
                "plugin " + registered.owner().id(),
                text -> problem(registered, text),
                spec.change() == TopicAttributeSpec.Change.ALLOWED
                        ? AddedRules.Change.ALLOWED
                        : AddedRules.Change.REFUSED);
        rules.add(attribute);
        undo.put(registered, () -> rules.remove(attribute));
    }

    private static @Nullable String problem(Registered.Attribute registered, String text) {
        PluginRef owner = registered.owner();
        TopicAttributeSpec<?> spec = registered.spec();
        try {
            Object parsed = spec.parse(text);
            LOG.trace("{}={}", spec.name(), parsed);
            return null;
        } catch (IllegalArgumentException e) {
            return "topic attribute " + e.getMessage();
        } catch (Throwable e) { // a guard: what a plugin throws ends here
            Faults.tell(owner, registered.label(), e);
            LOG.error("plugin {} failed on topic attribute {}={}", owner, spec.name(), text, e);
            return "topic attribute " + spec.name() + "=" + text + ": plugin " + owner.id() + " failed on it: " + e;
        }
    }

    private void add(Registered.Check registered) {
        AddedRules.Check check = (before, after) -> problem(registered, before, after);
        rules.add(check);
        undo.put(registered, () -> rules.remove(check));
    }

    private @Nullable String problem(
            Registered.Check registered,
            io.firn.broker.topic.@Nullable Topic before,
            io.firn.broker.topic.Topic after) {
        TopicCheck check = registered.check();
        try {
            String problem = check.problem(before == null ? null : topics.toSpi(before), topics.toSpi(after));
            return problem == null ? null : "plugin " + registered.owner().id() + ": " + problem;
        } catch (Throwable e) { // a guard: what a plugin throws ends here
            Faults.tell(registered.owner(), registered.label(), e);
            LOG.error("topic check of plugin {} failed on {}", registered.owner(), after.name(), e);
            return "plugin " + registered.owner().id() + " failed while checking topic " + after.name() + ": " + e;
        }
    }

    @Override
    public synchronized List<String> remove(Collection<Registered> all, Leaving leaving, Deadline deadline) {
        all.forEach(this::end);
        return List.of();
    }

    private void end(Registered one) {
        Runnable ended = undo.remove(one);
        if (ended != null) {
            ended.run();
        }
    }
}
