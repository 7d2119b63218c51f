package io.firn.spi.fake;

import io.firn.spi.put.ClientView;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** A sender. */
public record FakeClient(String group, String language) implements ClientView {

    private static final int ANY_PORT = 4711;

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), ANY_PORT);
    }

    @Override
    public Optional<String> user() {
        return Optional.empty();
    }

    @Override
    public int version() {
        return 0;
    }
}
