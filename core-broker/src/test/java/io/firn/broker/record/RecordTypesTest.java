package io.firn.broker.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTypesTest {

    @Test
    void messageIdIsUpperHexOfHostAndPosition() {
        MessageId id = new MessageId(HostAddress.parse("127.0.0.1:10911"), 0x1234ABCDL);
        assertThat(id.toString()).isEqualTo("7F00000100002A9F000000001234ABCD").hasSize(32);
        assertThat(MessageId.parse(id.toString())).isEqualTo(id);
        MessageId v6 = new MessageId(HostAddress.parse("[2001:db8::1]:1"), 1);
        assertThat(v6.toString())
                .isEqualTo("20010DB800000000000000000000000100000001" + "0000000000000001")
                .hasSize(56);
        assertThat(MessageId.parse(v6.toString())).isEqualTo(v6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7F", "7F00000100002A9F000000001234ABC", "XF00000100002A9F000000001234ABCD"})
    void refusesWhatIsNoMessageId(String text) {
        assertThatThrownBy(() -> MessageId.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hostAddressSurvivesTextAndBytes() {
        for (String text : new String[] {"10.0.0.255:65535", "2001:db8:0:0:0:0:0:17:80"}) {
            HostAddress host = HostAddress.parse(text);
            assertThat(host).hasToString(text);
            byte[] bytes = new byte[host.length()];
            host.writeTo(MemorySegment.ofArray(bytes), 0);
            assertThat(HostAddress.read(MemorySegment.ofArray(bytes), 0, bytes.length))
                    .isEqualTo(host)
                    .hasSameHashCodeAs(host);
            assertThat(HostAddress.of(host.toSocketAddress())).isEqualTo(host);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                "localhost:80",
                "10.0.0.1",
                "10.0.0.1:",
                "10.0.0.1:65536",
                "10.0.0.1:-1",
                "1.2.3.4.5:1"
            })
    void refusesWhatIsNoLiteralAddressWithPort(String text) {
        assertThatThrownBy(() -> HostAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not an ip:port: " + text);
    }

    @Test
    void refusesAnUnresolvedAddress() {
        assertThatThrownBy(() -> HostAddress.of(InetSocketAddress.createUnresolved("nowhere", 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void tagHashIsTheHashOfTheText() {
        for (String tag : new String[] {"", "TagA", "a-b_c", "\u00e4\u00f6\u00fc", "\ud83d\ude00", "x\u4e2d"}) {
            assertThat(TagHash.of(bytes(tag))).isEqualTo(tag.hashCode());
        }
        assertThat(TagHash.of(bytes("TagA"))).isEqualTo(2598919);
        assertThat(TagHash.of(new byte[] {'a', (byte) 0xFF}))
                .isEqualTo(new String(new byte[] {'a', (byte) 0xFF}, StandardCharsets.UTF_8).hashCode());
    }

    @Test
    void appendAddsTheSeparatorTheLastPairLacks() {
        PropertyBytes properties = load("a\u0001b");
        properties.append(bytes("c"), bytes("d"));
        assertThat(text(properties)).isEqualTo("a=b;c=d;");
        properties.append(bytes("e"), bytes("f"));
        assertThat(text(properties)).isEqualTo("a=b;c=d;e=f;");
    }

    @Test
    void findsOnlyWholePairs() {
        PropertyBytes properties = load("TAG\u0001x\u0002nothing\u0002TAGS\u0001\u0002\u0001v\u0002KEYS\u0001k\u0001z");
        assertThat(properties.find(bytes("TAGS"))).isFalse();
        assertThat(properties.find(bytes("nothing"))).isFalse();
        assertThat(properties.find(bytes("KEYS"))).isTrue();
        assertThat(properties.valueLength()).isEqualTo(3);
        assertThat(properties.toMap()).containsExactlyInAnyOrderEntriesOf(Map.of("TAG", "x", "KEYS", "k\u0001z"));
    }

    @Test
    void replaceAndRemoveTouchNothingElse() {
        PropertyBytes properties = load("a\u00011\u0002b\u00012\u0002a\u00013");
        properties.replace(bytes("a"), bytes("9"));
        assertThat(text(properties)).isEqualTo("b=2;a=9;");
        assertThat(properties.remove(bytes("b"))).isTrue();
        assertThat(properties.remove(bytes("b"))).isFalse();
        assertThat(text(properties)).isEqualTo("a=9;");
        properties.clear();
        assertThat(properties.length()).isZero();
    }

    @Test
    void preparedAndRolledBackRecordsTakeNoQueueOffset() {
        assertThat(SysFlag.takesQueueOffset(SysFlag.COMPRESSED)).isTrue();
        assertThat(SysFlag.takesQueueOffset(SysFlag.TRANSACTION_COMMIT)).isTrue();
        assertThat(SysFlag.takesQueueOffset(SysFlag.TRANSACTION_PREPARED)).isFalse();
        assertThat(SysFlag.takesQueueOffset(SysFlag.TRANSACTION_ROLLBACK)).isFalse();
        assertThat(SysFlag.withTransaction(SysFlag.TRANSACTION_PREPARED | 1, SysFlag.TRANSACTION_COMMIT))
                .isEqualTo(9);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static PropertyBytes load(String text) {
        byte[] bytes = bytes(text);
        return new PropertyBytes().load(bytes, 0, bytes.length);
    }

    private static String text(PropertyBytes properties) {
        return new String(properties.array(), 0, properties.length(), StandardCharsets.UTF_8)
                .replace('\u0001', '=')
                .replace('\u0002', ';');
    }
}
