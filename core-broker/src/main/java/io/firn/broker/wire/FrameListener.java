package io.firn.broker.wire;

/** Receives what a {@link FrameDecoder} found, on the thread that feeds the decoder. */
public interface FrameListener {
    /** One whole frame. The command is valid until this returns; {@link RemotingCommand#detach()} keeps it longer. */
    void onCommand(RemotingCommand command);

    /** Every byte that was available has been read: the moment to flush what the commands of this read produced. */
    void onReadComplete();
}
