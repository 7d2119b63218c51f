package io.firn.tiered.format;

import java.util.List;

/** Finds a message by its place in the log: walks the permutation, adding up the sizes that the rows have. One thread. */
final class PositionLookup {
    private final VarintReader order;
    private final List<QueueRun> runs;
    private final FrameRows.Rows[] rows;
    private final FrameTable frames;
    /** By run: the frame and message that come next. */
    private final int[] frame;

    private final int[] index;
    private final int[] place;

    PositionLookup(VarintReader order, List<QueueRun> runs, FrameTable frames, FrameRows.Rows[] rows) {
        this.order = order;
        this.runs = runs;
        this.frames = frames;
        this.rows = rows;
        this.frame = runs.stream().mapToInt(QueueRun::firstFrame).toArray();
        this.index = new int[runs.size()];
        this.place = new int[runs.size()];
    }

    /** The message that begins so many bytes behind the slice's begin; frame -1 when none does. */
    RpkReader.Place find(long wanted) {
        long at = 0;
        while (at <= wanted && order.remaining() > 0) {
            int code = order.unsigned(runs.size());
            if (code == 0) {
                at += order.unsigned();
            } else {
                int run = code - 1;
                RpkReader.Place here = next(run);
                if (at == wanted) {
                    return here;
                }
                at += rows[here.frame()].sizes()[index[run] - 1];
            }
        }
        return new RpkReader.Place(-1, 0);
    }

    private RpkReader.Place next(int run) {
        if (index[run] == frames.messages(frame[run])) {
            frame[run]++;
            index[run] = 0;
            place[run] = 0;
        }
        if (frame[run] >= runs.get(run).firstFrame() + runs.get(run).frames()) {
            throw order.broken("more messages than queue " + runs.get(run).topic() + " has");
        }
        RpkReader.Place here = new RpkReader.Place(frame[run], place[run]);
        place[run] += rows[frame[run]].sizes()[index[run]];
        index[run]++;
        return here;
    }
}
