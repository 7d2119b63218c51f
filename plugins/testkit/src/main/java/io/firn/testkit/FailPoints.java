package io.firn.testkit;

import io.firn.broker.log.DiskWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The fail points of one broker, over its restarts. Any thread. */
final class FailPoints {

    private final List<FailPoint> all = new CopyOnWriteArrayList<>();

    FailPoint add(FailPoint.Place place, @Nullable Supplier<? extends IOException> failure) {
        FailPoint point = new FailPoint(place, failure);
        all.add(point);
        return point;
    }

    void before(DiskWatch.Use use, Path file) throws IOException {
        FailPoint.Place place = switch (use) {
            case CREATE -> FailPoint.Place.DISK_CREATE;
            case POPULATE -> FailPoint.Place.DISK_POPULATE;
            case FORCE -> FailPoint.Place.DISK_FORCE;
        };
        for (FailPoint point : all) {
            if (point.isAt(place)) {
                point.hit();
            }
        }
    }
}
