package io.firn.broker.filter.sql;

import io.firn.broker.filter.sql.Token.Kind;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Cuts an expression into tokens, the longest first. Keywords in any case; names of properties as they are written;
 * blanks and comments stand between tokens. Owner: one parser, one use.
 */
final class Lexer {

    /** Characters of the expression that an error shows before and behind the place. */
    private static final int SHOWN = 80;
    /** Characters of what an error says before it is cut: it may quote a text. */
    private static final int LONGEST = 200;

    private static final Map<String, Kind> KEYWORDS =
            Stream.of(Kind.values()).filter(Kind::isKeyword).collect(Collectors.toMap(Kind::toString, kind -> kind));

    private static final Map<Character, String> ADVICE = Map.of(
            '!', "'not equal' is written <>",
            '"', "a text stands in single quotes: 'text'",
            '`', "the name of a property stands without quotes",
            '&', "write AND",
            '|', "write OR",
            '*', "there is no arithmetic",
            '/', "there is no arithmetic",
            '%', "there is no arithmetic and no LIKE: use CONTAINS, STARTSWITH or ENDSWITH");

    private final String sql;
    private int at;

    Lexer(String sql) {
        this.sql = sql;
    }

    /** The next token; {@link Kind#END} again and again at the end. */
    Token next() {
        skipBlanks();
        int start = at;
        if (at == sql.length()) {
            return new Token(Kind.END, "", start);
        }
        char first = sql.charAt(at);
        if (startsName(first)) {
            return word(start);
        }
        if (first == '\'') {
            return text(start);
        }
        if (isDigit(first) || (first == '.' && isDigit(peek(1)))) {
            return number(start);
        }
        Kind symbol = symbol(first);
        at += symbol.toString().length();
        return new Token(symbol, symbol.toString(), start);
    }

    /** A refusal that says where and what; {@code start} counts characters from 0. */
    RequestException failure(int start, String problem) {
        String what = problem.length() > LONGEST ? problem.substring(0, LONGEST) + "..." : problem;
        int from = Math.max(0, start - SHOWN);
        int to = Math.min(sql.length(), start + SHOWN);
        String shown = (from > 0 ? "..." : "") + sql.substring(from, to) + (to < sql.length() ? "..." : "");
        return new RequestException(
                ResponseCode.SUBSCRIPTION_PARSE_FAILED,
                "SQL92 expression, " + place(start) + ": " + what + "; in: "
                        + shown.replace('\n', ' ').replace('\r', ' '));
    }

    /** Line and column, from 1, of a place that counts characters from 0. */
    String place(int start) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < start; i++) {
            if (sql.charAt(i) == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return "line " + line + ", column " + (start - lineStart + 1);
    }

    private void skipBlanks() {
        boolean more = true;
        while (more && at < sql.length()) {
            if (isBlank(sql.charAt(at))) {
                at++;
            } else if (sql.startsWith("--", at)) {
                skipLine();
            } else if (sql.startsWith("/*", at)) {
                int end = sql.indexOf("*/", at + 2);
                if (end < 0) {
                    throw failure(at, "the comment has no end: expected */");
                }
                at = end + 2;
            } else {
                more = false;
            }
        }
    }

    private void skipLine() {
        while (at < sql.length() && sql.charAt(at) != '\n' && sql.charAt(at) != '\r') {
            at++;
        }
    }

    private Token word(int start) {
        while (at < sql.length() && (startsName(sql.charAt(at)) || isDigit(sql.charAt(at)))) {
            at++;
        }
        String word = sql.substring(start, at);
        Kind keyword = KEYWORDS.get(word.toUpperCase(Locale.ROOT));
        return new Token(keyword == null ? Kind.NAME : keyword, word, start);
    }

    private Token text(int start) {
        StringBuilder meant = new StringBuilder();
        at++;
        while (true) {
            int quote = sql.indexOf('\'', at);
            if (quote < 0) {
                throw failure(start, "the text has no end: expected ' (a quote in it is written twice)");
            }
            meant.append(sql, at, quote);
            at = quote + 1;
            if (peek(0) != '\'') {
                break;
            }
            meant.append('\'');
            at++;
        }
        if (meant.chars().anyMatch(letter -> Character.isSurrogate((char) letter))) {
            requirePairs(meant, start);
        }
        return new Token(Kind.TEXT, meant.toString(), start);
    }

    /** Half a character has no bytes in UTF-8: nothing that is stored could equal it. */
    private void requirePairs(CharSequence text, int start) {
        boolean halved = text.codePoints()
                .anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
        if (halved) {
            throw failure(start, "the text has half a character: an unpaired surrogate");
        }
    }

    private Token number(int start) {
        skipDigits();
        Kind kind = Kind.WHOLE;
        if (peek(0) == '.') {
            at++;
            skipDigits();
            kind = Kind.DECIMAL;
        }
        char next = peek(0);
        int exponent = peek(1) == '+' || peek(1) == '-' ? 2 : 1;
        if ((next == 'e' || next == 'E') && isDigit(peek(exponent))) {
            at += exponent;
            skipDigits();
            kind = Kind.DECIMAL;
        }
        String digits = sql.substring(start, at);
        if (kind == Kind.WHOLE && digits.length() > 1 && digits.charAt(0) == '0') {
            throw failure(start, "a whole number does not begin with 0: " + digits);
        }
        if (kind == Kind.WHOLE && (next == 'l' || next == 'L')) {
            at++;
        }
        return new Token(kind, digits, start);
    }

    private void skipDigits() {
        while (isDigit(peek(0))) {
            at++;
        }
    }

    private Kind symbol(char first) {
        return switch (first) {
            case '=' -> Kind.EQUAL;
            case '<' -> peek(1) == '>' ? Kind.NOT_EQUAL : peek(1) == '=' ? Kind.AT_MOST : Kind.LESS;
            case '>' -> peek(1) == '=' ? Kind.AT_LEAST : Kind.MORE;
            case '+' -> Kind.PLUS;
            case '-' -> Kind.MINUS;
            case '(' -> Kind.OPEN;
            case ')' -> Kind.CLOSE;
            case ',' -> Kind.COMMA;
            default -> throw strange(first);
        };
    }

    private RequestException strange(char first) {
        String name =
                first > ' ' && first < 127 ? "'" + first + "'" : String.format(Locale.ROOT, "U+%04X", (int) first);
        String advice = ADVICE.get(first);
        return failure(at, name + " has no meaning here" + (advice == null ? "" : ": " + advice));
    }

    /** The character so far ahead; 0 behind the end. */
    private char peek(int ahead) {
        return at + ahead < sql.length() ? sql.charAt(at + ahead) : 0;
    }

    private static boolean isBlank(char letter) {
        return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r' || letter == '\f';
    }

    private static boolean isDigit(char letter) {
        return letter >= '0' && letter <= '9';
    }

    private static boolean startsName(char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_' || letter == '$';
    }
}
