package io.firn.broker.filter;

import io.firn.broker.runtime.ConfigView;

/**
 * What subscriptions may ask for.
 *
 * @param languages the kinds of expressions that are served
 */
public record FilterConfig(Languages languages) {

    /** Kinds of expressions. */
    public enum Languages {
        TAGS,
        TAGS_AND_SQL
    }

    /** Reads the keys of this room. */
    public static FilterConfig from(ConfigView view) {
        return new FilterConfig(
                view.flag(
                                "enablePropertyFilter",
                                false,
                                "Whether consumers may select messages by SQL92 conditions on their properties.")
                        ? Languages.TAGS_AND_SQL
                        : Languages.TAGS);
    }
}
