package io.firn.broker.runtime;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** What somebody who mistyped a name may have meant. */
public final class Nearest {

    private Nearest() {}

    /** The known name that differs least; empty when there is none. */
    public static String of(String asked, Collection<String> known) {
        return known.stream()
                .min(Comparator.<String>comparingInt(one -> distance(lower(asked), lower(one)))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse("");
    }

    /** {@code ; did you mean x? There are [x, y]}; says when there is none at all. */
    public static String hint(String asked, Collection<String> known) {
        if (known.isEmpty()) {
            return "; there is none at all";
        }
        String nearest = of(asked, known);
        return (isClose(asked, nearest) ? "; did you mean " + nearest + "? There " : "; there ")
                + (known.size() == 1 ? "is " : "are ")
                + String.join(", ", known.stream().sorted().toList());
    }

    private static boolean isClose(String asked, String nearest) {
        return distance(lower(asked), lower(nearest)) <= Math.max(2, nearest.length() / 2);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** Levenshtein distance: insertions, deletions and replacements that turn one text into the other. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
