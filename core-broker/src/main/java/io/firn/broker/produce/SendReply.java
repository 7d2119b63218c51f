package io.firn.broker.produce;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.firn.broker.record.EncodedRecords;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageId;
import io.firn.broker.server.Reply;
import io.firn.broker.server.ReplyBody;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.ExtWriter;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.ResponseCode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a stored send: where the message went. For a batch {@code msgId} is the comma-joined list in order.
 * One per io thread is filled again for every answer sent at once; an answer sent later has its own.
 */
final class SendReply implements Reply.Now, HeaderFields {

    private static final ExtKey MESSAGE_ID = ExtKey.of("msgId");
    private static final ExtKey QUEUE_ID = ExtKey.of("queueId");
    private static final ExtKey QUEUE_OFFSET = ExtKey.of("queueOffset");
    private static final ExtKey TRANSACTION_ID = ExtKey.of("transactionId");
    private static final ExtKey RECALL_HANDLE = ExtKey.of("recallHandle");
    private static final ExtKey REGION = ExtKey.of("MSG_REGION");
    private static final ExtKey TRACE_ON = ExtKey.of("TRACE_ON");
    private static final int LONGEST_UNIQUE_ID = 128;
    private static final int DELETE = 0x7F;

    private final SendConfig config;
    private final HostAddress host;
    private final byte[] region;
    private final byte[] uniqueId = new byte[LONGEST_UNIQUE_ID];
    private byte[] messageIds = new byte[MessageId.MAX_LENGTH];
    private int messageIdsLength;
    private int uniqueIdLength;
    private int code = ResponseCode.SUCCESS;
    private @Nullable String remark;
    private @Nullable String recallHandle;
    private int queueId;
    private long queueOffset;

    SendReply(SendConfig config, HostAddress host) {
        this.config = config;
        this.host = host;
        this.region = config.region().getBytes(UTF_8);
    }

    /** Takes over where the records went; they may be reused afterwards. */
    SendReply fill(Incoming request, EncodedRecords records) {
        code = ResponseCode.SUCCESS;
        remark = null;
        SendRewrite.Shelf shelf = request.shelf();
        recallHandle = shelf == null ? null : shelf.receipt();
        queueId = request.queueId();
        queueOffset = records.queueOffset();
        uniqueIdLength = request.properties().copyValue(SendRules.UNIQUE_KEY, uniqueId);
        writeMessageIds(records);
        return this;
    }

    /** The message is stored, but not as safely as promised: says so. */
    SendReply withDoubt(int doubtCode, String text) {
        code = doubtCode;
        remark = text;
        return this;
    }

    private void writeMessageIds(EncodedRecords records) {
        int count = records.count();
        int needed = count * (MessageId.MAX_LENGTH + 1);
        if (messageIds.length < needed) {
            messageIds = Arrays.copyOf(messageIds, needed);
        }
        int at = 0;
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                messageIds[at++] = ',';
            }
            at += MessageId.write(host, records.positionOf(i), messageIds, at);
        }
        messageIdsLength = at;
    }

    @Override
    public int code() {
        return code;
    }

    @Override
    public @Nullable String remark() {
        return remark;
    }

    @Override
    public HeaderFields header() {
        return this;
    }

    @Override
    public ReplyBody body() {
        return ReplyBody.EMPTY;
    }

    /** Only when nothing in a text needs escaping may its bytes go out as they are. */
    private static void put(ExtWriter out, ExtKey key, byte[] text, int length) {
        for (int i = 0; i < length; i++) {
            byte c = text[i];
            if (c < ' ' || c == '"' || c == '\\' || c == DELETE) {
                out.put(key, new String(text, 0, length, UTF_8));
                return;
            }
        }
        out.put(key, text, length);
    }

    @Override
    public void writeTo(ExtWriter out) {
        out.put(MESSAGE_ID, messageIds, messageIdsLength);
        out.put(QUEUE_ID, queueId);
        out.put(QUEUE_OFFSET, queueOffset);
        if (uniqueIdLength > 0) {
            put(out, TRANSACTION_ID, uniqueId, uniqueIdLength);
        }
        if (recallHandle != null) {
            out.put(RECALL_HANDLE, recallHandle);
        }
        put(out, REGION, region, region.length);
        out.put(TRACE_ON, config.trace() == SendConfig.Tracing.ON);
    }
}
