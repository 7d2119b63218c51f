package io.firn.testkit.guide;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.admin.HttpReply;
import io.firn.spi.admin.HttpRoute;
import io.firn.spi.admin.HttpRoute.Method;
import io.firn.spi.objects.ObjectContent;
import io.firn.spi.objects.ObjectSpace;
import java.nio.ByteBuffer;
import java.util.List;

// example
/** Keeps a note under each name, for good, wherever this broker's object storage is. */
public final class ObjectsExample implements BrokerPlugin {

    @Override
    public void start(PluginContext context) {
        ObjectSpace space = context.objects();
        context.register().http(new HttpRoute(Method.PUT, "/notes/{name}"), call -> {
            var note = new ObjectContent.Bytes(List.of(ByteBuffer.wrap(call.body())));
            var stored = space.put("notes/" + call.variable("name"), note);
            return HttpReply.text(200, "stored " + stored.lengthBytes() + " bytes");
        });
        context.register().http(new HttpRoute(Method.GET, "/notes/{name}"), call -> {
            String name = "notes/" + call.variable("name");
            byte[] note =
                    space.read(name, 0, (int) space.head(name).lengthBytes()).array();
            return new HttpReply.Text(200, "text/plain", new String(note, UTF_8));
        });
    }
}
// end
