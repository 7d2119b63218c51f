package io.firn.spi.admin;

/**
 * A route under {@code /v1/plugins/<id>} of the admin port. Immutable.
 *
 * @param method GET, POST, PUT or DELETE
 * @param path begins with a slash; segments in braces are variables: {@code /topics/{topic}/queues/{queue}}
 * @since 1.0
 */
public record HttpRoute(Method method, String path) {

    /**
     * How a route is called.
     *
     * @since 1.0
     */
    public enum Method {
        /** Looks. */
        GET,
        /** Does something. */
        POST,
        /** Puts something in place; idempotent. */
        PUT,
        /** Takes something away; idempotent. */
        DELETE
    }

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when the path can not be one
     * @since 1.0
     */
    public HttpRoute {
        if (!path.matches("(/([A-Za-z0-9._~-]+|\\{[A-Za-z][A-Za-z0-9]*}))+")) {
            throw new IllegalArgumentException("a path is like /topics/{topic}: '" + path + "'");
        }
    }
}
