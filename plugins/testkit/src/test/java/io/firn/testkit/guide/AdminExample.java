package io.firn.testkit.guide;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.admin.CommandSpec;
import io.firn.spi.admin.HttpReply;
import io.firn.spi.admin.HttpRoute;
import io.firn.spi.config.Key;

// example
/** {@code firn plugin call greeter hello --name you}, and {@code GET /v1/plugins/greeter/hello/you}. */
public final class AdminExample implements BrokerPlugin {

    public record Args(
            @Key(value = "name", doc = "Who is greeted.") String name) {}

    @Override
    public void start(PluginContext context) {
        var hello = new CommandSpec<>("hello", "Says hello.", Args.class, CommandSpec.Effect.READS);
        context.register().admin(hello, (args, caller) -> "hello " + args.name());
        var route = new HttpRoute(HttpRoute.Method.GET, "/hello/{name}");
        context.register().http(route, call -> HttpReply.text(200, "hello " + call.variable("name")));
    }
}
// end
