package ${package};

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.admin.CommandSpec;
import io.firn.spi.admin.HttpReply;
import io.firn.spi.admin.HttpRoute;
import io.firn.spi.config.Default;
import io.firn.spi.config.Key;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicSelector;
import java.util.List;

/** Tells operators which topics there are: by a command and by a page. */
public final class ${className} implements BrokerPlugin {

    /** Arguments of the command, bound and checked as settings are. */
    public record Which(
            @Key(value = "pattern", doc = "Topics to list; * stands for any characters.") @Default("*")
            String pattern) {}

    @Override
    public void start(PluginContext context) {
        ${className}Settings settings = context.config(${className}Settings.class);
        context.register()
                .admin(
                        new CommandSpec<>("topics", "Lists topics.", Which.class, CommandSpec.Effect.READS),
                        (which, caller) -> names(context, which.pattern(), settings.most()));
        context.register()
                .http(
                        new HttpRoute(HttpRoute.Method.GET, "/topics/{pattern}"),
                        call -> HttpReply.text(
                                200,
                                String.join("\n", names(context, call.variable("pattern"), settings.most()))));
    }

    private static List<String> names(PluginContext context, String pattern, int most) {
        TopicSelector wanted = TopicSelector.matching(pattern);
        return context.topics().all().stream()
                .filter(wanted::test)
                .map(Topic::name)
                .sorted()
                .limit(most)
                .toList();
    }
}
