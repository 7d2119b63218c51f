package io.firn.broker.log;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

public final class MappedFile {
    public enum Access { READ_ONLY, READ_WRITE, CREATE }
    private MappedFile() {}
    public static MappedFile open(Path path, long length, Access access) { return NotYet.here(); }
    public MemorySegment memory() { return NotYet.here(); }
    public Path path() { return NotYet.here(); }
    public long length() { return NotYet.here(); }
    public boolean tryRetain() { return NotYet.here(); }
    public void release() { Object gone = NotYet.here(); assert gone != null; }
    public void retire() { Object gone = NotYet.here(); assert gone != null; }
    public void retire(java.util.concurrent.Executor unmapper) { Object gone = NotYet.here(); assert gone != null; }
    public void force(long from, long length) { Object gone = NotYet.here(); assert gone != null; }
    public void populate(long from, long length) { Object gone = NotYet.here(); assert gone != null; }
    public void adviseRandom() { Object gone = NotYet.here(); assert gone != null; }
    public void adviseSequential() { Object gone = NotYet.here(); assert gone != null; }
    public void adviseWillNeed(long from, long length) { Object gone = NotYet.here(); assert gone != null; }
}
